using ActorKube.Machinery.Informers;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Volumes;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Plugins;

/// <summary>Which changes wake a pod with the claim default/c that a plugin has turned down.</summary>
public sealed class StorageHintTests
{
    private const string Claim = "persistentvolumeclaims";
    private const string Volume = "persistentvolumes";
    private const string Class = "storageclasses";
    private const string CsiNode = "csinodes";
    private const string Driver = "csidrivers";
    private const string Capacity = "csistoragecapacities";
    private const string Attachment = "volumeattachments";
    private const string Topology = "\"allowedTopologies\":[{\"matchLabelExpressions\":[{\"key\":\"zone\",\"values\":[\"a\"]}]}]";

    private readonly SchedulingProfile _profile = new(new ProfileSpec(), new PluginRegistry(PluginRegistry.BuiltIn), new PluginContext(new ClusterIndex(), new WaitingPods(), new PluginArguments()));

    [Theory]
    [InlineData(PluginNames.VolumeRestrictions, Claim, "", "\"metadata\":{\"namespace\":\"default\",\"name\":\"c\"}", true)]
    [InlineData(PluginNames.VolumeRestrictions, Claim, "", "\"metadata\":{\"namespace\":\"default\",\"name\":\"d\"}", false)]
    [InlineData(PluginNames.VolumeRestrictions, Claim, "", "\"metadata\":{\"namespace\":\"other\",\"name\":\"c\"}", false)]
    [InlineData(PluginNames.VolumeRestrictions, Volume, "", "\"metadata\":{\"name\":\"v\"}", false)]
    [InlineData(PluginNames.VolumeBinding, Claim, "\"metadata\":{\"namespace\":\"default\",\"name\":\"c\"}", "\"metadata\":{\"namespace\":\"default\",\"name\":\"c\"}", true)]
    [InlineData(PluginNames.VolumeBinding, Volume, "", "\"metadata\":{\"name\":\"v\"}", true)]
    [InlineData(PluginNames.VolumeBinding, Volume, "", "\"metadata\":{\"name\":\"v\"},\"spec\":{\"claimRef\":{\"namespace\":\"default\",\"name\":\"c\"}}", true)]
    [InlineData(PluginNames.VolumeBinding, Volume, "\"metadata\":{\"name\":\"v\"}", "\"metadata\":{\"name\":\"v\"},\"spec\":{\"claimRef\":{\"namespace\":\"default\",\"name\":\"d\"}}", false)]
    [InlineData(PluginNames.VolumeBinding, Class, "", "\"metadata\":{\"name\":\"s\"}", true)]
    [InlineData(PluginNames.VolumeBinding, Class, "\"metadata\":{\"name\":\"s\"}", "\"metadata\":{\"name\":\"s\"},\"allowVolumeExpansion\":true", false)]
    [InlineData(PluginNames.VolumeBinding, Class, "\"metadata\":{\"name\":\"s\"}", "\"metadata\":{\"name\":\"s\"}," + Topology, true)]
    [InlineData(PluginNames.VolumeBinding, CsiNode, "\"metadata\":{\"name\":\"n\"}", "\"metadata\":{\"name\":\"n\"},\"spec\":{\"drivers\":[{\"name\":\"d\"}]}", false)]
    [InlineData(PluginNames.VolumeBinding, CsiNode, "\"metadata\":{\"name\":\"n\"}", "\"metadata\":{\"name\":\"n\",\"annotations\":{\"storage.alpha.kubernetes.io/migrated-plugins\":\"kubernetes.io/cinder\"}}", true)]
    [InlineData(PluginNames.VolumeBinding, Driver, "\"metadata\":{\"name\":\"d\"},\"spec\":{\"storageCapacity\":true}", "\"metadata\":{\"name\":\"d\"},\"spec\":{\"storageCapacity\":false}", true)]
    [InlineData(PluginNames.VolumeBinding, Driver, "\"metadata\":{\"name\":\"d\"},\"spec\":{\"storageCapacity\":false}", "\"metadata\":{\"name\":\"d\"},\"spec\":{\"storageCapacity\":true}", false)]
    [InlineData(PluginNames.VolumeBinding, Capacity, "\"metadata\":{\"namespace\":\"x\",\"name\":\"k\"},\"capacity\":\"1Gi\"", "\"metadata\":{\"namespace\":\"x\",\"name\":\"k\"},\"capacity\":\"2Gi\"", true)]
    [InlineData(PluginNames.VolumeBinding, Capacity, "\"metadata\":{\"namespace\":\"x\",\"name\":\"k\"},\"capacity\":\"2Gi\"", "\"metadata\":{\"namespace\":\"x\",\"name\":\"k\"},\"capacity\":\"1Gi\"", false)]
    [InlineData(PluginNames.VolumeBinding, Capacity, "\"metadata\":{\"namespace\":\"x\",\"name\":\"k\"},\"capacity\":\"1Gi\"", "\"metadata\":{\"namespace\":\"x\",\"name\":\"k\"},\"capacity\":\"9Gi\",\"maximumVolumeSize\":\"1Gi\"", false)]
    [InlineData(PluginNames.VolumeZone, Class, "", "\"metadata\":{\"name\":\"s\"},\"volumeBindingMode\":\"WaitForFirstConsumer\"", true)]
    [InlineData(PluginNames.VolumeZone, Class, "", "\"metadata\":{\"name\":\"s\"},\"volumeBindingMode\":\"Immediate\"", false)]
    [InlineData(PluginNames.VolumeZone, Volume, "\"metadata\":{\"name\":\"v\"}", "\"metadata\":{\"name\":\"v\",\"labels\":{\"a\":\"b\"}}", false)]
    [InlineData(PluginNames.VolumeZone, Volume, "\"metadata\":{\"name\":\"v\"}", "\"metadata\":{\"name\":\"v\",\"labels\":{\"topology.kubernetes.io/zone\":\"b\"}}", true)]
    [InlineData(PluginNames.VolumeZone, Claim, "", "\"metadata\":{\"namespace\":\"default\",\"name\":\"d\"}", false)]
    [InlineData(PluginNames.NodeVolumeLimits, CsiNode, "\"metadata\":{\"name\":\"n\"},\"spec\":{\"drivers\":[{\"name\":\"d\",\"allocatable\":{\"count\":2}}]}", "\"metadata\":{\"name\":\"n\"},\"spec\":{\"drivers\":[{\"name\":\"d\",\"allocatable\":{\"count\":3}}]}", true)]
    [InlineData(PluginNames.NodeVolumeLimits, CsiNode, "\"metadata\":{\"name\":\"n\"},\"spec\":{\"drivers\":[{\"name\":\"d\",\"allocatable\":{\"count\":2}}]}", "\"metadata\":{\"name\":\"n\"},\"spec\":{\"drivers\":[{\"name\":\"d\",\"allocatable\":{\"count\":1}}]}", false)]
    [InlineData(PluginNames.NodeVolumeLimits, CsiNode, "\"metadata\":{\"name\":\"n\"},\"spec\":{\"drivers\":[{\"name\":\"d\",\"allocatable\":{\"count\":2}}]}", "\"metadata\":{\"name\":\"n\"},\"spec\":{\"drivers\":[{\"name\":\"d\"}]}", true)]
    [InlineData(PluginNames.NodeVolumeLimits, Attachment, "\"metadata\":{\"name\":\"a\"},\"spec\":{\"attacher\":\"d\"}", "", true)]
    [InlineData(PluginNames.NodeVolumeLimits, Attachment, "", "\"metadata\":{\"name\":\"a\"},\"spec\":{\"attacher\":\"d\"}", false)]
    [InlineData(PluginNames.NodeVolumeLimits, Claim, "", "\"metadata\":{\"namespace\":\"default\",\"name\":\"d\"}", false)]
    public void A_change_of_storage_wakes_whom_it_could_help(string plugin, string resource, string before, string now, bool wakes)
    {
        var pod = Pod("p", spec: "\"volumes\":[{\"name\":\"data\",\"persistentVolumeClaim\":{\"claimName\":\"c\"}}]");
        var kind = VolumeIndex.Resources.Single(r => r.Plural == resource);
        var happened = new VolumeIndex().Apply(new ObjectChanged(kind, 2, Item(before), Item(now)))!;
        Assert.Equal(wakes, _profile.EventsOf(plugin)!.Value.Any(r => r.Wants(pod, happened)));
    }

    [Theory]
    [InlineData(PluginNames.NodeResourcesFit, "8", "8Gi", true)]
    [InlineData(PluginNames.NodeResourcesFit, "4", "16Gi", false)]
    [InlineData(PluginNames.NodeUnschedulable, "8", "8Gi", false)]
    public void A_node_that_has_more_wakes_whoever_asks_for_that(string plugin, string cpu, string memory, bool wakes)
    {
        var happened = new ClusterEvent(EventResource.Node, EventActions.UpdateNodeAllocatable | EventActions.UpdateNodeTaint, Node("n"), Node("n", cpu, memory));
        Assert.Equal(wakes, _profile.EventsOf(plugin)!.Value.Any(r => r.Wants(Pod("p", cpu: "1"), happened)));
    }

    private static CachedObject? Item(string fields) => fields.Length == 0 ? null : new CachedObject(Stored(System.Text.Json.Nodes.JsonNode.Parse($"{{{fields}}}")!.AsObject()));
}
