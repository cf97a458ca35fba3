using System.Text.Json.Nodes;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Volumes.Protection;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Volumes;

public class ProtectionTests
{
    private const string Node = ",\"nodeName\":\"n1\"";
    private readonly ControllerHarness _h = new ControllerHarness().Run(new ClaimProtection()).Run(new VolumeProtection()).Run(new AttributesClassProtection());

    [Fact]
    public void Claims_volumes_and_attribute_classes_get_their_finalizers()
    {
        _h.AddClaim("c");
        _h.AddVolume("v");
        AddAttributesClass();
        _h.Settle();
        Assert.Equal("kubernetes.io/pvc-protection", _h.Claim("c").Items("metadata", "finalizers").Single().Text());
        Assert.Equal("kubernetes.io/pv-protection", _h.Volume("v").Items("metadata", "finalizers").Single().Text());
        Assert.Equal("kubernetes.io/vac-protection", Assert.Single(_h.Cluster.Find(VolumeAttributesClasses, "", "gold")!.Head.Finalizers));
    }

    [Theory]
    [InlineData("a pod on a node", "c", Node, true)]
    [InlineData("a pod without a node", "c", "", false)]
    [InlineData("a pod with another claim", "other", Node, false)]
    public void A_claim_that_is_deleted_stays_while_a_pod_that_has_a_node_uses_it(string what, string claim, string extra, bool stays)
    {
        _h.AddClaim("c");
        _h.AddPodWith("p", Storage.UsesClaim(claim), extra);
        _h.Settle();
        _h.Cluster.Delete(new(PersistentVolumeClaims, "default", "c"));
        _h.Settle();
        Assert.True(stays == _h.Cluster.Find(PersistentVolumeClaims, "default", "c") is not null, what);
        _h.Cluster.Vanish(Pods, "default", "p");
        _h.Settle();
        Assert.Null(_h.Cluster.Find(PersistentVolumeClaims, "default", "c"));
    }

    [Fact]
    public void Of_many_claims_that_are_deleted_none_has_all_pods_read()
    {
        const int Claims = 200;
        for (var i = 0; i < Claims; i++)
        {
            _h.AddClaim($"c{i}");
            _h.AddPodWith($"p{i}", Storage.UsesClaim($"c{i}"), Node);
        }
        _h.Settle();
        for (var i = 0; i < Claims; i++)
        {
            _h.Cluster.Vanish(Pods, "default", $"p{i}");
            _h.AddPodWith($"p{i}", Storage.UsesClaim("other"), Node);
        }
        _h.Settle();
        var before = _h.Cluster.Listed;
        for (var i = 0; i < Claims; i++)
            _h.Cluster.Delete(new(PersistentVolumeClaims, "default", $"c{i}"));
        _h.Settle();
        Assert.Empty(_h.Cluster[PersistentVolumeClaims].All);
        // One to see which revision is the newest.
        Assert.InRange(_h.Cluster.Listed - before, Claims, 2 * Claims);
    }

    [Fact]
    public void A_pod_with_several_claims_holds_each_of_them()
    {
        _h.AddClaim("a");
        _h.AddClaim("b");
        _h.AddPodWith("p", Storage.UsesClaim("a"), Node);
        _h.Cluster.Change(Pods, "default", "p", static p => p["spec"]!["volumes"]!.AsArray().Add(JsonNode.Parse($$"""{"name":"more",{{Storage.UsesClaim("b")}}}""")));
        _h.Settle();
        foreach (var name in (string[])["a", "b"])
            _h.Cluster.Delete(new(PersistentVolumeClaims, "default", name));
        _h.Settle();
        Assert.Equal(["a", "b"], _h.Cluster[PersistentVolumeClaims].All.Select(static c => c.Key.Name).Order());
        _h.Cluster.Vanish(Pods, "default", "p");
        _h.Settle();
        Assert.Empty(_h.Cluster[PersistentVolumeClaims].All);
    }

    [Theory]
    [InlineData("Succeeded")]
    [InlineData("Failed")]
    public void A_finished_pod_holds_its_claim_until_it_is_deleted(string phase)
    {
        _h.AddClaim("c");
        _h.AddPodWith("p", Storage.UsesClaim("c"), Node);
        _h.Cluster.Change(Pods, "default", "p", p => p.Child("status")["phase"] = phase);
        _h.Settle();
        _h.Cluster.Delete(new(PersistentVolumeClaims, "default", "c"));
        _h.Settle();
        Assert.NotNull(_h.Cluster.Find(PersistentVolumeClaims, "default", "c"));
    }

    [Fact]
    public void A_bound_claim_says_whether_pods_use_it_and_since_when_not()
    {
        _h.AddClaim("c");
        _h.AddPodWith("p", Storage.UsesClaim("c"), "");
        _h.Settle();
        Assert.Null(_h.Claim("c").At("status", "conditions"));
        _h.Cluster.Change(PersistentVolumeClaims, "default", "c", c => c.Child("status")["phase"] = "Bound");
        _h.Settle();
        var since = JsonWriting.Time(_h.Time.GetUtcNow());
        Assert.Equal("""[{"type":"Unused","status":"False","lastProbeTime":null,"lastTransitionTime":"SINCE","reason":"PodUsingPVC","message":"A pod is currently referencing this PVC"}]""".Replace("SINCE", since, StringComparison.Ordinal),
            _h.Claim("c").At("status", "conditions")!.ToJsonString());
        var writes = _h.Cluster.Log.Count;
        _h.Cluster.Change(Pods, "default", "p", p => p.Child("status")["phase"] = "Running");
        _h.Settle();
        Assert.Equal(writes, _h.Cluster.Log.Count);
        _h.Advance(TimeSpan.FromMinutes(1));
        since = JsonWriting.Time(_h.Time.GetUtcNow());
        _h.Cluster.Change(Pods, "default", "p", p => p.Child("status")["phase"] = "Succeeded");
        _h.Settle();
        Assert.Equal("""[{"type":"Unused","status":"True","lastProbeTime":null,"lastTransitionTime":"SINCE","reason":"NoPodsUsingPVC","message":"No pods are currently referencing this PVC"}]""".Replace("SINCE", since, StringComparison.Ordinal),
            _h.Claim("c").At("status", "conditions")!.ToJsonString());
        _h.Cluster.Vanish(Pods, "default", "p");
        _h.AddPodWith("q", Storage.UsesClaim("c"), Node);
        _h.Settle();
        Assert.Equal("False", _h.Claim("c").Items("status", "conditions").Single().Text("status"));
    }

    [Theory]
    [InlineData("Bound", true)]
    [InlineData("Available", false)]
    [InlineData("Released", false)]
    public void A_volume_that_is_deleted_stays_while_it_is_bound(string phase, bool stays)
    {
        _h.AddVolume("v");
        _h.Cluster.Change(PersistentVolumes, "", "v", v => v["status"]!["phase"] = phase);
        _h.Settle();
        _h.Cluster.Delete(new(PersistentVolumes, "", "v"));
        _h.Settle();
        Assert.Equal(stays, _h.Cluster.Find(PersistentVolumes, "", "v") is not null);
    }

    [Fact]
    public void An_attributes_class_stays_while_a_claim_or_a_volume_has_it()
    {
        AddAttributesClass();
        _h.AddClaim("c", "\"volumeAttributesClassName\":\"gold\"");
        _h.AddVolume("v", "\"volumeAttributesClassName\":\"gold\"");
        _h.Settle();
        _h.Cluster.Delete(new(VolumeAttributesClasses, "", "gold"));
        _h.Settle();
        Assert.NotNull(_h.Cluster.Find(VolumeAttributesClasses, "", "gold"));
        _h.Cluster.Change(PersistentVolumeClaims, "default", "c", c => c["spec"]!["volumeAttributesClassName"] = "silver");
        _h.Settle();
        Assert.NotNull(_h.Cluster.Find(VolumeAttributesClasses, "", "gold"));
        _h.Cluster.Vanish(PersistentVolumes, "", "v");
        _h.Settle();
        Assert.Null(_h.Cluster.Find(VolumeAttributesClasses, "", "gold"));
    }

    private void AddAttributesClass() =>
        _h.Cluster.Create(VolumeAttributesClasses, """{"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttributesClass","metadata":{"name":"gold"},"driverName":"example.com"}""");
}
