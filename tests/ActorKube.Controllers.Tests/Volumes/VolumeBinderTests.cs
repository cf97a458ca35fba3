using ActorKube.Api.Errors;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Volumes.Binding;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Volumes;

public class VolumeBinderTests
{
    private const string Waits = "WaitForFirstConsumer";
    private readonly ControllerHarness _h = new ControllerHarness().Run(new VolumeBinder(TimeSpan.FromSeconds(15)));

    [Fact]
    public void A_claim_and_a_volume_that_fit_are_bound_on_both_sides()
    {
        _h.AddVolume("v", "\"capacity\":{\"storage\":\"10Gi\"}");
        _h.AddClaim("c");
        _h.Settle();
        var (claim, volume) = (_h.Claim("c"), _h.Volume("v"));
        Assert.Equal(("Bound", "Bound"), (_h.ClaimPhase("c"), _h.VolumePhase("v")));
        Assert.Equal(("v", "yes", "yes"), (claim.Text("spec", "volumeName"), claim.Text("metadata", "annotations", VolumeAnnotations.BindCompleted), claim.Text("metadata", "annotations", VolumeAnnotations.BoundByController)));
        Assert.Equal(("10Gi", "ReadWriteOnce"), (claim.Text("status", "capacity", "storage"), claim.Items("status", "accessModes").Single().Text()));
        Assert.Equal(("default", "c", claim.Text("metadata", "uid"), "PersistentVolumeClaim"),
            (volume.Text("spec", "claimRef", "namespace"), volume.Text("spec", "claimRef", "name"), volume.Text("spec", "claimRef", "uid"), volume.Text("spec", "claimRef", "kind")));
        Assert.Equal("yes", volume.Text("metadata", "annotations", VolumeAnnotations.BoundByController));
    }

    [Fact]
    public void Nothing_is_written_about_what_is_bound()
    {
        A_claim_and_a_volume_that_fit_are_bound_on_both_sides();
        var (writes, turns) = (_h.Cluster.Log.Count, _h.Turns);
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal((writes, turns), (_h.Cluster.Log.Count, _h.Turns));
    }

    [Fact]
    public void Of_many_claims_that_wait_few_are_asked_about_each_volume_and_all_get_theirs()
    {
        const int Claims = 300;
        for (var i = 0; i < Claims; i++)
            _h.AddClaim($"c{i}");
        _h.Settle();
        var turns = _h.Turns;
        for (var i = 0; i < Claims / 2; i++)
        {
            _h.AddVolume($"v{i}");
            _h.Settle();
        }
        Assert.Equal(Claims / 2, _h.Cluster[PersistentVolumes].All.Count(v => _h.VolumePhase(v.Key.Name) == "Bound"));
        Assert.InRange(_h.Turns - turns, Claims, Claims / 2 * 40);
        turns = _h.Turns;
        for (var i = Claims / 2; i < Claims; i++)
            _h.AddVolume($"v{i}");
        _h.Settle();
        Assert.All(_h.Cluster[PersistentVolumeClaims].All, c => Assert.Equal("Bound", _h.ClaimPhase(c.Key.Name)));
        Assert.InRange(_h.Turns - turns, Claims, Claims / 2 * 100);
    }

    [Fact]
    public void A_volume_is_offered_to_the_claims_that_it_fits_however_many_others_wait()
    {
        for (var i = 0; i < 100; i++)
            _h.AddClaim($"large{i}", "\"resources\":{\"requests\":{\"storage\":\"50Gi\"}}");
        _h.AddClaim("small");
        _h.Settle();
        _h.AddVolume("v");
        _h.Settle();
        Assert.Equal("v", _h.Claim("small").Text("spec", "volumeName"));
    }

    [Theory]
    [InlineData("too small", "\"capacity\":{\"storage\":\"4Gi\"}", "", false)]
    [InlineData("large enough", "\"capacity\":{\"storage\":\"5Gi\"}", "", true)]
    [InlineData("more access modes than asked for", "\"accessModes\":[\"ReadOnlyMany\",\"ReadWriteOnce\"]", "", true)]
    [InlineData("other access modes", "\"accessModes\":[\"ReadOnlyMany\"]", "", false)]
    [InlineData("a block device", "\"volumeMode\":\"Block\"", "", false)]
    [InlineData("both block devices", "\"volumeMode\":\"Block\"", "\"volumeMode\":\"Block\"", true)]
    [InlineData("a class that is not asked for", "\"storageClassName\":\"fast\"", "", false)]
    [InlineData("the class that is asked for", "\"storageClassName\":\"fast\"", "\"storageClassName\":\"fast\"", true)]
    [InlineData("labels that are not there", "\"persistentVolumeReclaimPolicy\":\"Retain\"", "\"selector\":{\"matchLabels\":{\"disk\":\"ssd\"}}", false)]
    [InlineData("another attributes class", "\"volumeAttributesClassName\":\"gold\"", "\"volumeAttributesClassName\":\"silver\"", false)]
    [InlineData("the same attributes class", "\"volumeAttributesClassName\":\"gold\"", "\"volumeAttributesClassName\":\"gold\"", true)]
    [InlineData("reserved for another claim", "\"claimRef\":{\"namespace\":\"default\",\"name\":\"other\"}", "", false)]
    [InlineData("reserved for this claim", "\"claimRef\":{\"namespace\":\"default\",\"name\":\"c\"}", "", true)]
    [InlineData("reserved for a former claim of that name", "\"claimRef\":{\"namespace\":\"default\",\"name\":\"c\",\"uid\":\"gone\"}", "", false)]
    public void A_volume_fits_or_not(string what, string volume, string claim, bool fits)
    {
        _h.AddVolume("v", volume);
        _h.AddClaim("c", claim);
        _h.Settle();
        Assert.True(fits == (_h.ClaimPhase("c") == "Bound"), what);
    }

    [Fact]
    public void The_smallest_volume_that_fits_is_taken_and_one_with_fewer_modes_before_it()
    {
        _h.AddVolume("large", "\"capacity\":{\"storage\":\"50Gi\"}");
        _h.AddVolume("small", "\"capacity\":{\"storage\":\"6Gi\"}");
        _h.AddVolume("exact", "\"accessModes\":[\"ReadWriteOnce\",\"ReadWriteMany\"]");
        _h.AddClaim("c");
        _h.Settle();
        Assert.Equal("small", _h.Claim("c").Text("spec", "volumeName"));
    }

    [Fact]
    public void A_volume_that_a_user_reserved_keeps_the_users_mark()
    {
        _h.AddVolume("better");
        _h.AddVolume("mine", "\"capacity\":{\"storage\":\"50Gi\"},\"claimRef\":{\"namespace\":\"default\",\"name\":\"c\"}");
        _h.AddClaim("c");
        _h.Settle();
        Assert.Equal("mine", _h.Claim("c").Text("spec", "volumeName"));
        Assert.False(VolumeAnnotations.Has(_h.Volume("mine"), VolumeAnnotations.BoundByController));
        Assert.Equal(_h.Claim("c").Text("metadata", "uid"), _h.Volume("mine").Text("spec", "claimRef", "uid"));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("\"capacity\":{\"storage\":\"1Gi\"}", "Cannot bind to requested volume \"v\": requested PV is too small")]
    [InlineData("\"storageClassName\":\"x\"", "Cannot bind to requested volume \"v\": storageClassName does not match")]
    [InlineData("\"volumeMode\":\"Block\"", "Cannot bind to requested volume \"v\": incompatible volumeMode")]
    [InlineData("\"accessModes\":[\"ReadWriteMany\"]", "Cannot bind to requested volume \"v\": incompatible accessMode")]
    [InlineData("\"claimRef\":{\"namespace\":\"default\",\"name\":\"other\",\"uid\":\"x\"}", "volume \"v\" already bound to a different claim.")]
    public void A_claim_gets_the_volume_it_names_or_is_told_why_not(string volume, string? why)
    {
        _h.AddVolume("v", volume);
        _h.AddClaim("c", "\"volumeName\":\"v\"");
        _h.Settle();
        Assert.Equal(why is null ? "Bound" : "Pending", _h.ClaimPhase("c"));
        if (why is not null)
            Assert.Contains(_h.Events, e => e.Message == why && e.Warning);
        else
            Assert.False(VolumeAnnotations.Has(_h.Claim("c"), VolumeAnnotations.BoundByController));
    }

    [Fact]
    public void A_claim_waits_for_a_volume_and_takes_it_when_it_comes()
    {
        _h.AddClaim("c");
        _h.Settle();
        Assert.Contains(_h.Events, e => e is { Reason: "FailedBinding", Warning: false, Message: "no persistent volumes available for this claim and no storage class is set" });
        _h.AddVolume("v");
        _h.Settle();
        Assert.Equal("Bound", _h.ClaimPhase("c"));
    }

    [Fact]
    public void Many_claims_and_as_many_volumes_all_find_each_other()
    {
        for (var i = 0; i < 40; i++)
            _h.AddClaim($"c{i}");
        for (var i = 0; i < 40; i++)
            _h.AddVolume($"v{i}");
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.All(_h.Cluster[PersistentVolumeClaims].All, c => Assert.Equal("Bound", ClaimView.Project(c).Phase));
        Assert.Equal(40, _h.Cluster[PersistentVolumeClaims].All.Select(c => ClaimView.Project(c).VolumeName).Distinct().Count());
        Assert.All(_h.Cluster[PersistentVolumes].All, v => Assert.Equal("Bound", VolumeView.Project(v).Phase));
    }

    [Fact]
    public void A_provisioner_is_told_and_its_volume_is_bound()
    {
        _h.AddClass("fast");
        _h.AddClaim("c", "\"storageClassName\":\"fast\"");
        _h.Settle();
        var annotations = _h.Claim("c")["metadata"]!["annotations"];
        Assert.Equal(("example.com/disks", "example.com/disks"), (annotations.Text(VolumeAnnotations.Provisioner), annotations.Text(VolumeAnnotations.BetaProvisioner)));
        Assert.Contains(_h.Events, e => e.Reason == "ExternalProvisioning" && e.Message.StartsWith("Waiting for a volume to be created either by the external provisioner 'example.com/disks' or manually", StringComparison.Ordinal));
        Provision("c", "Delete");
        Assert.Equal(("Bound", "Bound"), (_h.ClaimPhase("c"), _h.VolumePhase("pvc-c")));
        Assert.False(VolumeAnnotations.Has(_h.Volume("pvc-c"), VolumeAnnotations.BoundByController));
    }

    [Theory]
    [InlineData("fast", "fast", "kubernetes.io/no-provisioner", "no volume plugin matched name: kubernetes.io/no-provisioner")]
    [InlineData("fast", "slow", "example.com/disks", "storageclass.storage.k8s.io \"fast\" not found")]
    public void A_claim_whose_class_makes_no_volumes_says_so(string wanted, string there, string provisioner, string why)
    {
        _h.AddClass(there, provisioner);
        _h.AddClaim("c", $"\"storageClassName\":\"{wanted}\"");
        _h.Settle();
        Assert.Contains(_h.Events, e => e is { Reason: "ProvisioningFailed", Warning: true } && e.Message == why);
        Assert.Equal("Pending", _h.ClaimPhase("c"));
    }

    [Fact]
    public void A_class_that_waits_for_a_pod_leaves_the_choice_to_the_scheduler()
    {
        _h.AddClass("local", mode: Waits);
        _h.AddVolume("v", "\"storageClassName\":\"local\"");
        _h.AddClaim("c", "\"storageClassName\":\"local\"");
        _h.Settle();
        Assert.Equal("Pending", _h.ClaimPhase("c"));
        Assert.Contains(_h.Events, e => e is { Reason: "WaitForFirstConsumer", Message: "waiting for first consumer to be created before binding" });
        _h.AddPodWith("p", Storage.UsesClaim("c"));
        _h.Advance(TimeSpan.FromSeconds(15));
        Assert.Contains(_h.Events, e => e is { Reason: "WaitForPodScheduled", Message: "waiting for pod p to be scheduled" });
        Assert.DoesNotContain(_h.Events, e => e.Reason == "ExternalProvisioning");
        _h.Cluster.Change(PersistentVolumeClaims, "default", "c", c => VolumeAnnotations.Set(c, VolumeAnnotations.SelectedNode, "n1"));
        _h.Cluster.Change(PersistentVolumes, "", "v", v => v["spec"]!["capacity"]!["storage"] = "1Gi");
        _h.Settle();
        Assert.Contains(_h.Events, e => e.Reason == "ExternalProvisioning");
    }

    [Fact]
    public void What_the_scheduler_reserves_is_bound_although_the_class_waits()
    {
        _h.AddClass("local", mode: Waits);
        _h.AddVolume("v", "\"storageClassName\":\"local\"");
        var claim = _h.AddClaim("c", "\"storageClassName\":\"local\"");
        _h.Settle();
        _h.Cluster.Change(PersistentVolumes, "", "v", v =>
        {
            v["spec"]!["claimRef"] = new System.Text.Json.Nodes.JsonObject { ["namespace"] = "default", ["name"] = "c", ["uid"] = claim.Head.Uid };
            VolumeAnnotations.Set(v, VolumeAnnotations.BoundByController, "yes");
        });
        _h.Settle();
        Assert.Equal(("Bound", "Bound"), (_h.ClaimPhase("c"), _h.VolumePhase("v")));
    }

    [Fact]
    public void A_claim_without_a_class_takes_the_default_that_comes_later_and_the_newest_counts()
    {
        _h.AddClaim("c");
        _h.AddClaim("none", "\"storageClassName\":\"\"");
        _h.Settle();
        _h.Cluster.Create(StorageClasses, """{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"plain"},"provisioner":"example.com/x"}""");
        _h.Settle();
        Assert.Null(_h.Claim("c").At("spec", "storageClassName"));
        _h.AddClass("old", isDefault: true);
        _h.Time.Advance(TimeSpan.FromSeconds(5));
        _h.AddClass("new", isDefault: true);
        _h.Settle();
        Assert.Equal("new", _h.Claim("c").Text("spec", "storageClassName"));
        Assert.Equal("", _h.Claim("none").Text("spec", "storageClassName"));
    }

    [Theory]
    [InlineData("Retain", "", "Released", null)]
    [InlineData("Delete", "example.com/disks", "Released", null)]
    [InlineData("Delete", "", "Failed", "VolumeFailedDelete")]
    [InlineData("Delete", "kubernetes.io/rbd", "Failed", "VolumeFailedDelete")]
    [InlineData("Delete", "kubernetes.io/aws-ebs", "Released", null)]
    [InlineData("Recycle", "", "Failed", "VolumeFailedRecycle")]
    public void A_volume_whose_claim_is_gone_goes_by_its_policy(string policy, string provisioner, string phase, string? reason)
    {
        _h.AddVolume("v", $"\"persistentVolumeReclaimPolicy\":\"{policy}\"", provisioner.Length > 0 ? $"\"annotations\":{{\"pv.kubernetes.io/provisioned-by\":\"{provisioner}\"}}" : "");
        _h.AddClaim("c");
        _h.Settle();
        Assert.Equal("Bound", _h.VolumePhase("v"));
        _h.Cluster.Vanish(PersistentVolumeClaims, "default", "c");
        _h.Settle();
        Assert.Equal(phase, _h.VolumePhase("v"));
        Assert.Equal(reason, _h.Events.FirstOrDefault(e => e.Warning)?.Reason);
        _h.AddClaim("c");
        _h.Settle();
        Assert.Equal((phase, "Pending"), (_h.VolumePhase("v"), _h.ClaimPhase("c")));
    }

    [Fact]
    public void A_released_volume_whose_reference_is_taken_off_is_available_again()
    {
        A_volume_whose_claim_is_gone_goes_by_its_policy("Retain", "", "Released", null);
        _h.Cluster.Change(PersistentVolumes, "", "v", v => v["spec"]!.AsObject().Remove("claimRef"));
        _h.Settle();
        Assert.Equal(("Bound", "Bound"), (_h.VolumePhase("v"), _h.ClaimPhase("c")));
    }

    [Fact]
    public void A_bound_claim_whose_volume_vanishes_is_lost()
    {
        A_claim_and_a_volume_that_fit_are_bound_on_both_sides();
        _h.Cluster.Vanish(PersistentVolumes, "", "v");
        _h.Settle();
        Assert.Equal("Lost", _h.ClaimPhase("c"));
        Assert.Null(_h.Claim("c").At("status", "capacity"));
        Assert.Contains(_h.Events, e => e is { Reason: "ClaimLost", Message: "Bound claim has lost its PersistentVolume. Data on the volume is lost!" });
    }

    [Fact]
    public void A_volume_made_for_a_claim_that_found_another_is_given_back()
    {
        _h.AddClass("fast");
        _h.AddClaim("c", "\"storageClassName\":\"fast\"");
        _h.Settle();
        _h.AddVolume("v", "\"storageClassName\":\"fast\"");
        _h.Settle();
        Provision("c", "Delete");
        Assert.Equal(("v", "Released"), (_h.Claim("c").Text("spec", "volumeName"), _h.VolumePhase("pvc-c")));
    }

    [Fact]
    public void A_volume_reserved_by_hand_for_a_claim_that_found_another_stays_reserved_for_the_name()
    {
        _h.AddVolume("v");
        var claim = _h.AddClaim("c");
        _h.Settle();
        _h.AddVolume("late", $"\"claimRef\":{{\"namespace\":\"default\",\"name\":\"c\",\"uid\":\"{claim.Head.Uid}\"}}");
        _h.Settle();
        Assert.Equal("Available", _h.VolumePhase("late"));
        Assert.Equal(("c", ""), (_h.Volume("late").Text("spec", "claimRef", "name"), _h.Volume("late").Text("spec", "claimRef", "uid")));
    }

    [Fact]
    public void Writes_that_fail_are_retried_with_back_off_and_then_done()
    {
        _h.Cluster.Fault = (verb, address) => verb == "update" && address.Resource == PersistentVolumes && address.Subresource.Length == 0 ? ApiErrors.Forbidden(address.Resource.Resource, address.Name, "no") : null;
        _h.AddVolume("v");
        _h.AddClaim("c");
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.InRange(_h.Cluster.Log.Count(l => l.StartsWith("update persistentvolumes v", StringComparison.Ordinal)), 3, 40);
        Assert.Equal("Pending", _h.ClaimPhase("c"));
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal("Bound", _h.ClaimPhase("c"));
    }

    private void Provision(string claim, string policy)
    {
        _h.AddVolume($"pvc-{claim}",
            $"\"storageClassName\":\"fast\",\"persistentVolumeReclaimPolicy\":\"{policy}\",\"claimRef\":{{\"namespace\":\"default\",\"name\":\"{claim}\",\"uid\":\"{_h.Claim(claim).Text("metadata", "uid")}\"}}",
            "\"annotations\":{\"pv.kubernetes.io/provisioned-by\":\"example.com/disks\"}");
        _h.Settle();
    }
}
