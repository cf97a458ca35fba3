using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ActorKube.Scheduler.Framework;

/// <summary>A score plugin, and what its scores are multiplied with.</summary>
internal readonly record struct WeightedScore(IScorePlugin Plugin, long Weight);

/// <summary>
/// The plugins of one profile, sorted by extension point, as the cycle runs them (upstream: <c>frameworkImpl</c>). A plugin that is enabled for all points runs at
/// every one it implements.
/// </summary>
internal sealed class SchedulingProfile
{
    private readonly FrozenDictionary<string, ImmutableArray<EventRegistration>> _events;

    /// <summary>Makes the plugins of a profile.</summary>
    /// <exception cref="ArgumentException">A plugin does not exist or does not fit where it is configured; the message says so.</exception>
    public SchedulingProfile(ProfileSpec spec, PluginRegistry registry, PluginContext context)
    {
        SchedulerName = spec.SchedulerName;
        PercentageOfNodesToScore = spec.PercentageOfNodesToScore;
        var made = new Dictionary<string, IPlugin>();
        IPlugin Make(string name) => made.TryGetValue(name, out var plugin) ? plugin : made[name] = registry.Create(name, context);
        var selection = new PluginSelection(spec, Make);

        PreEnqueue = [.. selection.At<IPreEnqueuePlugin>(ExtensionPoint.PreEnqueue)];
        var sorts = selection.At<IQueueSortPlugin>(ExtensionPoint.QueueSort).ToArray();
        QueueSort = sorts.Length == 1 ? sorts[0] : throw new ArgumentException($"Profile '{SchedulerName}' has {sorts.Length} queueSort plugins; it needs exactly one.");
        PreFilters = [.. selection.At<IPreFilterPlugin>(ExtensionPoint.PreFilter)];
        Filters = [.. selection.At<IFilterPlugin>(ExtensionPoint.Filter)];
        PostFilters = [.. selection.At<IPostFilterPlugin>(ExtensionPoint.PostFilter)];
        PreScores = [.. selection.At<IPreScorePlugin>(ExtensionPoint.PreScore)];
        Scores = [.. selection.At<IScorePlugin>(ExtensionPoint.Score).Select(p => new WeightedScore(p, selection.WeightOf(p.Name)))];
        Reserves = [.. selection.At<IReservePlugin>(ExtensionPoint.Reserve)];
        Permits = [.. selection.At<IPermitPlugin>(ExtensionPoint.Permit)];
        PreBinds = [.. selection.At<IPreBindPlugin>(ExtensionPoint.PreBind)];
        Binds = [.. selection.At<IBindPlugin>(ExtensionPoint.Bind)];
        PostBinds = [.. selection.At<IPostBindPlugin>(ExtensionPoint.PostBind)];
        if (Binds.IsEmpty)
            throw new ArgumentException($"Profile '{SchedulerName}' has no bind plugin.");
        FilterOfPreFilter = [.. PreFilters.Select(p => Filters.IndexOf((p as IFilterPlugin)!))];
        ScoreOfPreScore = [.. PreScores.Select(p => Scores.ToList().FindIndex(s => ReferenceEquals(s.Plugin, p)))];
        _events = made.Values.OfType<IEnqueueExtensions>().ToFrozenDictionary(p => p.Name, p => p.EventsToRegister.ToImmutableArray());
    }

    /// <summary>The name that pods give.</summary>
    public string SchedulerName { get; }

    /// <summary>See <see cref="ProfileSpec.PercentageOfNodesToScore"/>.</summary>
    public int? PercentageOfNodesToScore { get; }

    public ImmutableArray<IPreEnqueuePlugin> PreEnqueue { get; }

    public IQueueSortPlugin QueueSort { get; }

    public ImmutableArray<IPreFilterPlugin> PreFilters { get; }

    public ImmutableArray<IFilterPlugin> Filters { get; }

    public ImmutableArray<IPostFilterPlugin> PostFilters { get; }

    public ImmutableArray<IPreScorePlugin> PreScores { get; }

    public ImmutableArray<WeightedScore> Scores { get; }

    public ImmutableArray<IReservePlugin> Reserves { get; }

    public ImmutableArray<IPermitPlugin> Permits { get; }

    public ImmutableArray<IPreBindPlugin> PreBinds { get; }

    public ImmutableArray<IBindPlugin> Binds { get; }

    public ImmutableArray<IPostBindPlugin> PostBinds { get; }

    /// <summary>For each of <see cref="PreFilters"/>, the index of the same plugin in <see cref="Filters"/>, or -1.</summary>
    public ImmutableArray<int> FilterOfPreFilter { get; }

    /// <summary>For each of <see cref="PreScores"/>, the index of the same plugin in <see cref="Scores"/>, or -1.</summary>
    public ImmutableArray<int> ScoreOfPreScore { get; }

    /// <summary>The events that a plugin wants its rejected pods tried again for; null for all events.</summary>
    public ImmutableArray<EventRegistration>? EventsOf(string plugin) => _events.TryGetValue(plugin, out var events) ? events : null;
}
