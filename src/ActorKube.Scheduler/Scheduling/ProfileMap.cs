using System.Collections.Frozen;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>The profiles by the name that pods give.</summary>
internal static class ProfileMap
{
    /// <summary>Makes the profiles.</summary>
    /// <exception cref="ArgumentException">There is none, two have the same name, or they sort the one queue in different ways.</exception>
    public static FrozenDictionary<string, SchedulingProfile> Create(IReadOnlyList<ProfileSpec> specs, PluginRegistry registry, ClusterIndex index, WaitingPods waiting)
    {
        if (specs.Count == 0)
            throw new ArgumentException("The scheduler needs at least one profile.");
        var profiles = new Dictionary<string, SchedulingProfile>();
        foreach (var spec in specs)
            if (!profiles.TryAdd(spec.SchedulerName, new SchedulingProfile(spec, registry, new PluginContext(index, waiting, spec.Arguments))))
                throw new ArgumentException($"Two profiles have the scheduler name '{spec.SchedulerName}'.");
        if (profiles.Values.Select(p => p.QueueSort.Name).Distinct().Count() > 1)
            throw new ArgumentException("All profiles need the same queueSort plugin, as they share one queue.");
        return profiles.ToFrozenDictionary();
    }
}
