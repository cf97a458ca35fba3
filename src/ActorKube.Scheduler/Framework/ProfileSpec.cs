using System.Collections.Immutable;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Framework;

/// <summary>The extension points by their names in <c>KubeSchedulerConfiguration</c>.</summary>
internal enum ExtensionPoint
{
    PreEnqueue,
    QueueSort,
    PreFilter,
    Filter,
    PostFilter,
    PreScore,
    Score,
    Reserve,
    Permit,
    PreBind,
    Bind,
    PostBind,
}

/// <summary>A plugin to use.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Weight">What its scores are multiplied with; 0 for the default.</param>
internal sealed record PluginUse(string Name, long Weight = 0);

/// <summary>Changes to the plugins of one extension point, or of all.</summary>
/// <param name="Enabled">Plugins to add; one that is there already gets the new weight.</param>
/// <param name="Disabled">Plugins to take away; <c>*</c> for all.</param>
internal sealed record PluginSet(ImmutableArray<PluginUse> Enabled, ImmutableArray<string> Disabled)
{
    public static readonly PluginSet None = new([], []);
}

/// <summary>How well-filled nodes are judged.</summary>
internal enum ScoringStrategy
{
    /// <summary>Emptier nodes are better.</summary>
    LeastAllocated,
    /// <summary>Fuller nodes are better.</summary>
    MostAllocated,
    /// <summary>What the share in use scores is said by a shape.</summary>
    RequestedToCapacityRatio,
}

/// <summary>Settings of <c>NodeResourcesFit</c>.</summary>
/// <param name="Strategy">How nodes are ranked.</param>
/// <param name="Resources">Resources that count for ranking, with weights.</param>
/// <param name="Ignored">Extended resources that are not checked.</param>
internal sealed record FitArguments(ScoringStrategy Strategy, ImmutableArray<PluginUse> Resources, ImmutableArray<string> Ignored)
{
    /// <summary>Parts before the slash of extended resources that are not checked.</summary>
    public ImmutableArray<string> IgnoredGroups { get; init; } = [];

    /// <summary>Of <see cref="ScoringStrategy.RequestedToCapacityRatio"/>.</summary>
    public UtilizationShape Shape { get; init; } = UtilizationShape.Spreading;

    /// <summary>CPU and memory alike: upstream's default.</summary>
    public static readonly ImmutableArray<PluginUse> DefaultResources = [new("cpu", 1), new("memory", 1)];

    /// <summary>Upstream's defaults.</summary>
    public static readonly FitArguments Default = new(ScoringStrategy.LeastAllocated, DefaultResources, []);
}

/// <summary>Settings of plugins in one profile (<c>pluginConfig</c>).</summary>
internal sealed record PluginArguments
{
    /// <summary>Of <c>NodeAffinity</c>: what holds for all pods of the profile.</summary>
    public NodeAffinityRules AddedAffinity { get; init; } = NodeAffinityRules.None;

    /// <summary>Of <c>NodeResourcesFit</c>.</summary>
    public FitArguments Fit { get; init; } = FitArguments.Default;

    /// <summary>Of <c>NodeResourcesBalancedAllocation</c>: the resources that are balanced.</summary>
    public ImmutableArray<PluginUse> BalancedResources { get; init; } = FitArguments.DefaultResources;

    /// <summary>Of <c>VolumeBinding</c>: how long a pod's place is kept while its volumes are made and bound.</summary>
    public TimeSpan VolumeBindTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Of <c>VolumeBinding</c>: what the use of storage scores.</summary>
    public UtilizationShape VolumeShape { get; init; } = UtilizationShape.Spreading;
}

/// <summary>One profile as configured: the pods that name this scheduler are scheduled by these plugins.</summary>
internal sealed record ProfileSpec
{
    /// <summary>The name that pods give in <c>spec.schedulerName</c>.</summary>
    public string SchedulerName { get; init; } = PodInfo.DefaultScheduler;

    /// <summary>Share of the nodes after which the search ends, in per cent; 0 for upstream's adaptive share; null for the scheduler's setting.</summary>
    public int? PercentageOfNodesToScore { get; init; }

    /// <summary>Changes to <see cref="DefaultPlugins"/> at every extension point (<c>multiPoint</c>).</summary>
    public PluginSet MultiPoint { get; init; } = PluginSet.None;

    /// <summary>Changes at single extension points.</summary>
    public ImmutableDictionary<ExtensionPoint, PluginSet> Points { get; init; } = ImmutableDictionary<ExtensionPoint, PluginSet>.Empty;

    /// <summary>Settings of plugins.</summary>
    public PluginArguments Arguments { get; init; } = new();
}

/// <summary>The plugins that run when nothing else is configured, with upstream's order and weights. What upstream has and we do not is left out.</summary>
internal static class DefaultPlugins
{
    public static readonly ImmutableArray<PluginUse> All =
    [
        new(PluginNames.SchedulingGates),
        new(PluginNames.PrioritySort),
        new(PluginNames.NodeUnschedulable),
        new(PluginNames.NodeName),
        new(PluginNames.TaintToleration, 3),
        new(PluginNames.NodeAffinity, 2),
        new(PluginNames.NodePorts),
        new(PluginNames.NodeResourcesFit, 1),
        new(PluginNames.VolumeRestrictions),
        new(PluginNames.NodeVolumeLimits),
        new(PluginNames.VolumeBinding),
        new(PluginNames.VolumeZone),
        new(PluginNames.PreemptionVerdict),
        new(PluginNames.NodeResourcesBalancedAllocation, 1),
        new(PluginNames.ImageLocality, 1),
        new(PluginNames.DefaultBinder),
    ];
}
