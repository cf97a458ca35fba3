using System.Collections.Immutable;
using ActorKube.Protocol.Hosting;
using ActorKube.Scheduler.Framework;
using Akka.Configuration;

namespace ActorKube.Scheduler.Hosting;

/// <summary>Reads a profile from its settings; <c>scheduler.conf</c> explains them.</summary>
internal static class ProfileReader
{
    private const int MostWeight = 1_000_000;

    private static readonly (string Key, ExtensionPoint Point)[] Points =
    [
        ("pre-enqueue", ExtensionPoint.PreEnqueue), ("queue-sort", ExtensionPoint.QueueSort), ("pre-filter", ExtensionPoint.PreFilter), ("filter", ExtensionPoint.Filter),
        ("post-filter", ExtensionPoint.PostFilter), ("pre-score", ExtensionPoint.PreScore), ("score", ExtensionPoint.Score), ("reserve", ExtensionPoint.Reserve),
        ("permit", ExtensionPoint.Permit), ("pre-bind", ExtensionPoint.PreBind), ("bind", ExtensionPoint.Bind), ("post-bind", ExtensionPoint.PostBind),
    ];

    /// <summary>Reads a profile.</summary>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is not allowed.</exception>
    public static ProfileSpec Read(ObjectReader profile)
    {
        var spec = new ProfileSpec
        {
            SchedulerName = profile.Text("scheduler-name"),
            PercentageOfNodesToScore = profile.Number("percentage-of-nodes-to-score", 0, 100),
        };
        if (profile.Object("plugins") is { } plugins)
        {
            spec = spec with
            {
                MultiPoint = Set(plugins.Object("multi-point")),
                Points = Points.Select(p => (p.Point, Set: plugins.Object(p.Key))).Where(p => p.Set is not null).ToImmutableDictionary(p => p.Point, p => Set(p.Set)),
            };
            plugins.End();
        }
        if (profile.Object("plugin-config") is { } config)
        {
            spec = spec with { Arguments = PluginArgumentsReader.Read(config) };
            config.End();
        }
        profile.End();
        return spec;
    }

    private static PluginSet Set(ObjectReader? set)
    {
        if (set is null)
            return PluginSet.None;
        var read = new PluginSet(Uses(set, "enabled", 0), [.. set.Texts("disabled")]);
        set.End();
        return read;
    }

    internal static ImmutableArray<PluginUse> Uses(ObjectReader set, string key, int weight) =>
    [
        .. set.Objects(key).Select(use =>
        {
            var read = new PluginUse(use.Text("name"), use.Number("weight", 1, MostWeight) ?? weight);
            use.End();
            return read;
        }),
    ];
}
