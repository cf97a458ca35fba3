using System.Collections.Frozen;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Plugins;
using ActorKube.Scheduler.Plugins.Volumes;

namespace ActorKube.Scheduler.Framework;

/// <summary>What plugins are made with.</summary>
/// <param name="Index">The nodes and pods.</param>
/// <param name="Waiting">Pods that a permit plugin holds.</param>
/// <param name="Arguments">Settings of the plugins in this profile.</param>
internal sealed record PluginContext(ClusterIndex Index, WaitingPods Waiting, PluginArguments Arguments);

/// <summary>All plugins there are: one line each. The same name twice fails when the registry is made, which is at start-up.</summary>
internal sealed class PluginRegistry
{
    private readonly FrozenDictionary<string, Func<PluginContext, IPlugin>> _factories;

    /// <summary>A registry of given plugins.</summary>
    public PluginRegistry(IEnumerable<(string Name, Func<PluginContext, IPlugin> Create)> plugins)
    {
        var factories = new Dictionary<string, Func<PluginContext, IPlugin>>();
        foreach (var (name, create) in plugins)
            if (!factories.TryAdd(name, create))
                throw new InvalidOperationException($"Two scheduler plugins are called '{name}'.");
        _factories = factories.ToFrozenDictionary();
    }

    /// <summary>The plugins of this project.</summary>
    public static IEnumerable<(string Name, Func<PluginContext, IPlugin> Create)> BuiltIn =>
    [
        (PluginNames.SchedulingGates, static _ => new SchedulingGates()),
        (PluginNames.PrioritySort, static _ => new PrioritySort()),
        (PluginNames.NodeUnschedulable, static _ => new NodeUnschedulable()),
        (PluginNames.NodeName, static _ => new NodeName()),
        (PluginNames.TaintToleration, static _ => new TaintToleration()),
        (PluginNames.NodeAffinity, static c => new NodeAffinity(c.Arguments.AddedAffinity)),
        (PluginNames.NodePorts, static _ => new NodePorts()),
        (PluginNames.NodeResourcesFit, static c => new NodeResourcesFit(c.Arguments.Fit)),
        (PluginNames.VolumeRestrictions, static c => new VolumeRestrictions(c.Index)),
        (PluginNames.NodeVolumeLimits, static c => new NodeVolumeLimits(c.Index.Volumes)),
        (PluginNames.VolumeBinding, static c => new VolumeBinding(c.Index, c.Arguments.VolumeBindTimeout, c.Arguments.VolumeShape)),
        (PluginNames.VolumeZone, static c => new VolumeZone(c.Index.Volumes)),
        (PluginNames.PreemptionVerdict, static _ => new PreemptionVerdict()),
        (PluginNames.NodeResourcesBalancedAllocation, static c => new NodeResourcesBalancedAllocation(c.Arguments.BalancedResources)),
        (PluginNames.ImageLocality, static c => new ImageLocality(c.Index)),
        (PluginNames.DefaultBinder, static _ => new DefaultBinder()),
    ];

    /// <summary>Makes a plugin.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public IPlugin Create(string name, PluginContext context) =>
        _factories.TryGetValue(name, out var create)
            ? create(context)
            : throw new ArgumentException($"There is no scheduler plugin '{name}'. There are: {string.Join(", ", _factories.Keys.Order(StringComparer.Ordinal))}.");
}
