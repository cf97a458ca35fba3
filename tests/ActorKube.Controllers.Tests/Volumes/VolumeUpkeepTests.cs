using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Volumes.Binding;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Volumes;

public class VolumeUpkeepTests
{
    private readonly ControllerHarness _h = new ControllerHarness().Run(new VolumeBinder(TimeSpan.FromSeconds(15)));

    [Fact]
    public void A_volume_that_is_being_deleted_is_given_to_nobody()
    {
        _h.AddVolume("v", metadata: "\"finalizers\":[\"kubernetes.io/pv-protection\"],\"deletionTimestamp\":\"2030-01-01T00:00:00Z\"");
        _h.AddClaim("c", "\"volumeName\":\"v\"");
        _h.Settle();
        Assert.Equal("Pending", _h.ClaimPhase("c"));
        Assert.Contains(_h.Events, e => e is { Warning: true, Reason: "VolumeMismatch", Message: "Cannot bind to requested volume \"v\": the volume is marked for deletion \"v\"" });
    }

    [Fact]
    public void A_class_of_a_driver_that_was_in_the_tree_means_the_one_that_has_taken_over()
    {
        _h.AddClass("fast", "kubernetes.io/aws-ebs");
        _h.AddClaim("c", "\"storageClassName\":\"fast\"");
        _h.Settle();
        Assert.Equal("ebs.csi.aws.com", _h.Claim("c").Text("metadata", "annotations", VolumeAnnotations.Provisioner));
        Assert.Contains(_h.Events, e => e.Reason == "ExternalProvisioning" && e.Message.Contains("'ebs.csi.aws.com'", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_driver_of_the_tree_has_made_or_was_to_make_is_handed_to_its_successor_once()
    {
        _h.AddVolume("v", "\"persistentVolumeReclaimPolicy\":\"Delete\",\"hostPath\":null,\"awsElasticBlockStore\":{\"volumeID\":\"vol-1\"}",
            "\"annotations\":{\"pv.kubernetes.io/provisioned-by\":\"kubernetes.io/aws-ebs\"},\"finalizers\":[\"kubernetes.io/pv-controller\",\"kubernetes.io/pv-protection\"]");
        _h.AddClaim("c", metadata: "\"annotations\":{\"volume.beta.kubernetes.io/storage-provisioner\":\"kubernetes.io/aws-ebs\"}");
        _h.Settle();
        Assert.Equal(("Bound", "Bound"), (_h.ClaimPhase("c"), _h.VolumePhase("v")));
        Assert.All([_h.Claim("c"), _h.Volume("v")], static i => Assert.Equal("ebs.csi.aws.com", i.Text("metadata", "annotations", VolumeAnnotations.MigratedTo)));
        Assert.Equal(["kubernetes.io/pv-protection"], _h.Volume("v").Items("metadata", "finalizers").Select(static f => f.Text()));
        _h.Cluster.Vanish(PersistentVolumeClaims, "default", "c");
        _h.Advance(TimeSpan.FromHours(1));
        // The successor's provisioner deletes it.
        Assert.Equal("Released", _h.VolumePhase("v"));
        Assert.DoesNotContain(_h.Events, static e => e.Warning);
    }

    [Fact]
    public void Who_makes_a_volume_himself_has_not_been_handed_anything()
    {
        _h.AddVolume("v", metadata: "\"annotations\":{\"pv.kubernetes.io/provisioned-by\":\"ebs.csi.aws.com\",\"pv.kubernetes.io/migrated-to\":\"ebs.csi.aws.com\"}");
        _h.AddClass("fast", "kubernetes.io/aws-ebs");
        _h.AddClaim("c", "\"storageClassName\":\"fast\"", "\"annotations\":{\"volume.kubernetes.io/storage-provisioner\":\"kubernetes.io/aws-ebs\"}");
        _h.Settle();
        Assert.Equal(("", "", "ebs.csi.aws.com"), (_h.Volume("v").Text("metadata", "annotations", VolumeAnnotations.MigratedTo), _h.Claim("c").Text("metadata", "annotations", VolumeAnnotations.MigratedTo),
            _h.Claim("c").Text("metadata", "annotations", VolumeAnnotations.Provisioner)));
    }

    [Theory]
    [InlineData("\"persistentVolumeReclaimPolicy\":\"Delete\",\"csi\":{\"driver\":\"d\",\"volumeHandle\":\"h\"}", "Released", null)]
    [InlineData("\"persistentVolumeReclaimPolicy\":\"Burn\"", "Failed", "VolumeUnknownReclaimPolicy: Volume has unrecognized PersistentVolumeReclaimPolicy")]
    public void A_volume_nobody_made_goes_by_its_policy_too(string spec, string phase, string? told)
    {
        _h.AddVolume("v", spec);
        _h.AddClaim("c");
        _h.Settle();
        _h.Cluster.Vanish(PersistentVolumeClaims, "default", "c");
        _h.Settle();
        Assert.Equal(phase, _h.VolumePhase("v"));
        Assert.Equal(told, _h.Events.Where(e => e.Warning).Select(e => $"{e.Reason}: {e.Message}").SingleOrDefault());
    }

    [Fact]
    public void A_claim_has_the_size_that_its_file_system_still_has()
    {
        _h.AddVolume("v", "\"capacity\":{\"storage\":\"20Gi\"}", "\"annotations\":{\"volume.alpha.kubernetes.io/pre-resize-capacity\":\"10Gi\"}");
        _h.AddClaim("c");
        _h.Settle();
        Assert.Equal(("Bound", "10Gi"), (_h.ClaimPhase("c"), _h.Claim("c").Text("status", "capacity", "storage")));
    }

    [Fact]
    public void A_volume_of_another_mode_than_its_claim_is_told_of_on_both()
    {
        var claim = _h.AddClaim("c");
        _h.AddVolume("v", $"\"volumeMode\":\"Block\",\"claimRef\":{{\"namespace\":\"default\",\"name\":\"c\",\"uid\":\"{claim.Head.Uid}\"}}");
        _h.Settle();
        Assert.Equal(
            ["Cannot bind PersistentVolume \"v\" to requested PersistentVolumeClaim due to incompatible volumeMode.", "Cannot bind PersistentVolume to requested PersistentVolumeClaim \"c\" due to incompatible volumeMode."],
            _h.Events.Where(e => e is { Warning: true, Reason: "VolumeMismatch" }).Select(e => e.Message).Distinct().Order(StringComparer.Ordinal));
    }
}
