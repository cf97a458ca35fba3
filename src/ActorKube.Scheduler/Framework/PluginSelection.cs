using System.Collections.Immutable;

namespace ActorKube.Scheduler.Framework;

/// <summary>
/// Which plugins run where (upstream: <c>expandMultiPointPlugins</c>): the defaults with the profile's changes for all points, then its changes at single points. What is
/// enabled at a single point runs before the others there.
/// </summary>
internal sealed class PluginSelection
{
    private readonly ProfileSpec _spec;
    private readonly Func<string, IPlugin> _make;
    private readonly ImmutableArray<PluginUse> _everywhere;

    public PluginSelection(ProfileSpec spec, Func<string, IPlugin> make)
    {
        _spec = spec;
        _make = make;
        _everywhere = Merge(DefaultPlugins.All, spec.MultiPoint);
    }

    /// <summary>The plugins of an extension point, in order.</summary>
    public IEnumerable<T> At<T>(ExtensionPoint point) where T : class, IPlugin
    {
        var set = _spec.Points.GetValueOrDefault(point, PluginSet.None);
        foreach (var use in set.Enabled)
            yield return _make(use.Name) as T ?? throw new ArgumentException($"Plugin '{use.Name}' has nothing to do at extension point {point}.");
        if (set.Disabled.Contains("*"))
            yield break;
        foreach (var use in _everywhere)
            if (!set.Disabled.Contains(use.Name) && !set.Enabled.Any(e => e.Name == use.Name) && _make(use.Name) is T plugin)
                yield return plugin;
    }

    /// <summary>What a plugin's scores are multiplied with.</summary>
    public long WeightOf(string plugin)
    {
        var weight = _spec.Points.GetValueOrDefault(ExtensionPoint.Score, PluginSet.None).Enabled.FirstOrDefault(u => u.Name == plugin)?.Weight
            ?? _everywhere.FirstOrDefault(u => u.Name == plugin)?.Weight
            ?? 0;
        return weight == 0 ? 1 : weight;
    }

    private static ImmutableArray<PluginUse> Merge(ImmutableArray<PluginUse> defaults, PluginSet changes)
    {
        var kept = changes.Disabled.Contains("*") ? [] : defaults.Where(d => !changes.Disabled.Contains(d.Name)).ToList();
        foreach (var use in changes.Enabled)
        {
            var at = kept.FindIndex(k => k.Name == use.Name);
            if (at >= 0)
                kept[at] = use;
            else
                kept.Add(use);
        }
        return [.. kept];
    }
}
