using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Volumes.Binding;
using ActorKube.Controllers.Volumes.Provisioning;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Volumes;

/// <summary>The provisioner together with the binder, as in a cluster.</summary>
public class LocalPathProvisionerTests
{
    private const string Selected = "\"annotations\":{\"volume.kubernetes.io/selected-node\":\"n1\"}";

    private readonly ControllerHarness _h = new ControllerHarness().Run(new VolumeBinder(TimeSpan.FromSeconds(15))).Run(new LocalPathProvisioner());

    public LocalPathProvisionerTests()
    {
        _h.AddClass("standard", LocalPath.Provisioner, "WaitForFirstConsumer", isDefault: true, ",\"reclaimPolicy\":\"Delete\"");
        AddNode("n1", "/data/local");
    }

    private string VolumeName(string claim) => $"pvc-{_h.Cluster[PersistentVolumeClaims].Find(new("default", claim))!.Head.Uid}";

    private IEnumerable<string> Messages(string reason) => _h.Events.Where(e => e.Reason == reason).Select(e => e.Message);

    [Fact]
    public void A_claim_whose_pod_got_a_node_gets_a_directory_of_that_node()
    {
        var claim = _h.AddClaim("data", "\"storageClassName\":\"standard\"", Selected);
        _h.Settle();
        var volume = _h.Volume(VolumeName("data"));
        Assert.Equal($"/data/local/pvc-{claim.Head.Uid}_default_data", volume.Text("spec", "local", "path"));
        Assert.Equal(("5Gi", "Delete", "standard", "Filesystem"), (volume.Text("spec", "capacity", "storage"), volume.Text("spec", "persistentVolumeReclaimPolicy"), volume.Text("spec", "storageClassName"), volume.Text("spec", "volumeMode")));
        Assert.Equal("""{"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"In","values":["n1"]}]}]}}""", volume["spec"]!["nodeAffinity"]!.ToJsonString());
        Assert.Equal(claim.Head.Uid, volume.Text("spec", "claimRef", "uid"));
        Assert.Equal((LocalPath.Provisioner, "n1"), (volume.Text("metadata", "annotations", VolumeAnnotations.ProvisionedBy), volume.Text("metadata", "labels", LocalPath.NodeLabel)));
        Assert.Contains(LocalPath.Finalizer, volume["metadata"]!["finalizers"]!.ToJsonString());
        Assert.Equal(("Bound", "Bound"), (_h.ClaimPhase("data"), _h.VolumePhase(VolumeName("data"))));
        Assert.Equal(["External provisioner is provisioning volume for claim \"default/data\""], Messages("Provisioning"));
        Assert.Equal([$"Successfully provisioned volume {VolumeName("data")}"], Messages("ProvisioningSucceeded"));
    }

    [Fact]
    public void A_claim_waits_until_its_pod_has_a_node()
    {
        _h.AddClaim("data", "\"storageClassName\":\"standard\"");
        _h.Settle();
        Assert.Equal("Pending", _h.ClaimPhase("data"));
        Assert.Empty(_h.Cluster[PersistentVolumes].All);
        Assert.Empty(Messages("ProvisioningFailed"));
        _h.Cluster.Change(PersistentVolumeClaims, "default", "data", c => c.Child("metadata").Child("annotations")[VolumeAnnotations.SelectedNode] = "n1");
        _h.Settle();
        Assert.Equal("Bound", _h.ClaimPhase("data"));
    }

    [Theory]
    [InlineData("\"accessModes\":[\"ReadWriteMany\"]", Selected, "only the access modes ReadWriteOnce and ReadWriteOncePod are supported, not ReadWriteMany")]
    [InlineData("\"volumeMode\":\"Block\"", Selected, "block volumes are not supported")]
    [InlineData("\"selector\":{\"matchLabels\":{\"a\":\"b\"}}", Selected, "claim.Spec.Selector is not supported")]
    [InlineData("\"dataSource\":{\"kind\":\"PersistentVolumeClaim\",\"name\":\"x\"}", Selected, "volumes with a data source are not supported")]
    [InlineData("\"storageClassName\":\"now\"", "", "configuration error, no node was specified: the storage class needs volumeBindingMode WaitForFirstConsumer")]
    [InlineData("\"storageClassName\":\"standard\"", "\"annotations\":{\"volume.kubernetes.io/selected-node\":\"foreign\"}", "node foreign has no place for such volumes: its agent does not name one")]
    public void What_cannot_be_made_is_said_once_and_not_tried_in_a_loop(string spec, string metadata, string why)
    {
        AddNode("foreign", null);
        _h.AddClass("now", LocalPath.Provisioner);
        _h.AddClaim("data", spec.Contains("storageClassName") ? spec : "\"storageClassName\":\"standard\"," + spec, metadata);
        var turns = _h.Settle().Turns;
        Assert.Equal($"failed to provision volume with StorageClass \"{(spec.Contains("now") ? "now" : "standard")}\": {why}", Messages("ProvisioningFailed").Distinct().Single());
        Assert.Empty(_h.Cluster[PersistentVolumes].All);
        Assert.InRange(turns, 1, 20);
    }

    [Fact]
    public void A_claim_for_a_node_that_is_gone_is_given_back_to_the_scheduler()
    {
        _h.AddClaim("data", "\"storageClassName\":\"standard\"", Selected.Replace("n1", "gone"));
        _h.Settle();
        Assert.Equal("", _h.Claim("data").Text("metadata", "annotations", VolumeAnnotations.SelectedNode));
        Assert.Equal(["failed to provision volume with StorageClass \"standard\": failed to get target node: nodes \"gone\" not found"], Messages("ProvisioningFailed"));
    }

    [Fact]
    public void A_node_that_begins_to_offer_volumes_gets_those_that_wait_for_it()
    {
        AddNode("late", null);
        _h.AddClaim("data", "\"storageClassName\":\"standard\"", Selected.Replace("n1", "late"));
        _h.Settle();
        Assert.Empty(_h.Cluster[PersistentVolumes].All);
        _h.Cluster.Change(WellKnownResources.Nodes, "", "late", n => n.Child("metadata").Child("annotations")[LocalPath.RootAnnotation] = "/srv");
        _h.Settle();
        Assert.Equal("Bound", _h.ClaimPhase("data"));
    }

    [Theory]
    [InlineData("Delete", true)]
    [InlineData("Retain", false)]
    public void When_the_claim_is_gone_the_volume_waits_for_the_agent_or_stays_as_the_policy_says(string policy, bool deleted)
    {
        _h.AddClaim("data", "\"storageClassName\":\"standard\"", Selected);
        _h.Settle();
        var name = VolumeName("data");
        _h.Cluster.Change(PersistentVolumes, "", name, v => v["spec"]!["persistentVolumeReclaimPolicy"] = policy);
        _h.Cluster.Vanish(PersistentVolumeClaims, "default", "data");
        _h.Settle();
        Assert.Equal(("Released", deleted), (_h.VolumePhase(name), _h.Volume(name).Text("metadata", "deletionTimestamp").Length > 0));
        _h.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(_h.Cluster[PersistentVolumes].Find(new("", name)));
    }

    [Fact]
    public void A_volume_is_let_go_without_its_agent_only_when_the_node_itself_is_gone()
    {
        _h.AddClaim("data", "\"storageClassName\":\"standard\"", Selected);
        _h.Settle();
        var name = VolumeName("data");
        _h.Cluster.Vanish(PersistentVolumeClaims, "default", "data");
        _h.Settle();
        Assert.NotNull(_h.Cluster[PersistentVolumes].Find(new("", name)));
        _h.Cluster.Vanish(WellKnownResources.Nodes, "", "n1");
        _h.Settle();
        Assert.Null(_h.Cluster[PersistentVolumes].Find(new("", name)));
        Assert.Single(Messages("NodeGone"));
    }

    [Fact]
    public void Volumes_of_simulated_nodes_need_nobody_to_let_them_go()
    {
        AddNode("sim", "simulated:/data");
        _h.AddClaim("data", "\"storageClassName\":\"standard\"", Selected.Replace("n1", "sim"));
        _h.Settle();
        var name = VolumeName("data");
        Assert.StartsWith("/data/pvc-", _h.Volume(name).Text("spec", "local", "path"), StringComparison.Ordinal);
        _h.Cluster.Vanish(PersistentVolumeClaims, "default", "data");
        _h.Settle();
        Assert.Null(_h.Cluster[PersistentVolumes].Find(new("", name)));
    }

    [Fact]
    public void Volumes_of_others_are_left_alone()
    {
        _h.AddVolume("other", "\"persistentVolumeReclaimPolicy\":\"Delete\"", "\"annotations\":{\"pv.kubernetes.io/provisioned-by\":\"somebody.else/x\"}");
        _h.Cluster.Change(PersistentVolumes, "", "other", v => v["status"]!["phase"] = "Released");
        _h.Cluster.Change(PersistentVolumes, "", "other", v => v["spec"]!["claimRef"] = new System.Text.Json.Nodes.JsonObject { ["namespace"] = "default", ["name"] = "x", ["uid"] = "u" });
        _h.Settle();
        Assert.Equal("", _h.Volume("other").Text("metadata", "deletionTimestamp"));
    }

    private void AddNode(string name, string? root)
    {
        _h.Cluster.Create(WellKnownResources.Nodes, $$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{name}}}","labels":{"kubernetes.io/hostname":"{{{name}}}"} } }""");
        if (root is not null)
            _h.Cluster.Change(WellKnownResources.Nodes, "", name, n => n.Child("metadata").Child("annotations")[LocalPath.RootAnnotation] = root);
    }
}
