using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Plugins;

namespace ActorKube.Scheduler.Tests.Framework;

public sealed class ProfileTests
{
    [Fact]
    public void By_default_the_plugins_run_that_upstream_runs_with_its_weights()
    {
        var profile = Create(new ProfileSpec());
        Assert.Equal(["NodeUnschedulable", "NodeName", "TaintToleration", "NodeAffinity", "NodePorts", "NodeResourcesFit", "VolumeRestrictions", "NodeVolumeLimits", "VolumeBinding", "VolumeZone"], profile.Filters.Select(f => f.Name));
        Assert.Equal(["TaintToleration*3", "NodeAffinity*2", "NodeResourcesFit*1", "VolumeBinding*1", "NodeResourcesBalancedAllocation*1", "ImageLocality*1"], profile.Scores.Select(s => $"{s.Plugin.Name}*{s.Weight}"));
        Assert.Equal("PrioritySort", profile.QueueSort.Name);
        Assert.Equal(["SchedulingGates"], profile.PreEnqueue.Select(p => p.Name));
        Assert.Equal(["DefaultBinder"], profile.Binds.Select(p => p.Name));
    }

    [Fact]
    public void A_plugin_can_be_taken_away_everywhere_or_at_one_point()
    {
        var profile = Create(new ProfileSpec
        {
            MultiPoint = new PluginSet([new PluginUse("NodeAffinity", 7)], ["ImageLocality"]),
            Points = Points(ExtensionPoint.Score, new PluginSet([new PluginUse("NodeResourcesFit", 5)], ["TaintToleration"])),
        });
        Assert.Contains("TaintToleration", profile.Filters.Select(f => f.Name));
        Assert.Equal(["NodeResourcesFit*5", "NodeAffinity*7", "VolumeBinding*1", "NodeResourcesBalancedAllocation*1"], profile.Scores.Select(s => $"{s.Plugin.Name}*{s.Weight}"));
    }

    [Fact]
    public void All_plugins_of_a_point_can_be_taken_away()
    {
        var profile = Create(new ProfileSpec { Points = Points(ExtensionPoint.Filter, new PluginSet([new PluginUse("NodeName")], ["*"])) });
        Assert.Equal(["NodeName"], profile.Filters.Select(f => f.Name));
    }

    [Fact]
    public void A_profile_that_cannot_work_says_why()
    {
        Assert.Contains("no scheduler plugin 'Nope'", Refused(new ProfileSpec { MultiPoint = new PluginSet([new PluginUse("Nope")], []) }), StringComparison.Ordinal);
        Assert.Contains("nothing to do at extension point Score", Refused(new ProfileSpec { Points = Points(ExtensionPoint.Score, new PluginSet([new PluginUse("NodeName")], [])) }), StringComparison.Ordinal);
        Assert.Contains("0 queueSort plugins", Refused(new ProfileSpec { MultiPoint = new PluginSet([], ["PrioritySort"]) }), StringComparison.Ordinal);
        Assert.Contains("no bind plugin", Refused(new ProfileSpec { MultiPoint = new PluginSet([], ["DefaultBinder"]) }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_name_twice_fails_at_start() =>
        Assert.Throws<InvalidOperationException>(() => new PluginRegistry([.. PluginRegistry.BuiltIn, (PluginNames.NodeName, static _ => new NodeName())]));

    [Fact]
    public void Every_plugin_is_registered_under_its_own_name()
    {
        var context = Context();
        Assert.All(PluginRegistry.BuiltIn, p => Assert.Equal(p.Name, p.Create(context).Name));
        var names = typeof(PluginNames).GetFields().Select(f => (string)f.GetRawConstantValue()!);
        Assert.Equal(names.Order(), PluginRegistry.BuiltIn.Select(p => p.Name).Order());
    }

    private static System.Collections.Immutable.ImmutableDictionary<ExtensionPoint, PluginSet> Points(ExtensionPoint point, PluginSet set) =>
        System.Collections.Immutable.ImmutableDictionary<ExtensionPoint, PluginSet>.Empty.Add(point, set);

    private static PluginContext Context() => new(new ClusterIndex(), new WaitingPods(), new PluginArguments());

    private static SchedulingProfile Create(ProfileSpec spec) => new(spec, new PluginRegistry(PluginRegistry.BuiltIn), Context());

    private static string Refused(ProfileSpec spec) => Assert.Throws<ArgumentException>(() => Create(spec)).Message;
}
