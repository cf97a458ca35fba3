using System.Collections.Immutable;
using ActorKube.Protocol.Hosting;
using ActorKube.Scheduler.Framework;
using Akka.Configuration;

namespace ActorKube.Scheduler.Hosting;

/// <summary>Reads a profile from its settings; <c>scheduler.conf</c> explains them.</summary>
internal static class ProfileReader
{
    private const int MostWeight = 1_000_000;
    private const int MostBindSeconds = 86_400;

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
            spec = spec with { Arguments = Arguments(config) };
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

    private static ImmutableArray<PluginUse> Uses(ObjectReader set, string key, int weight) =>
    [
        .. set.Objects(key).Select(use =>
        {
            var read = new PluginUse(use.Text("name"), use.Number("weight", 1, MostWeight) ?? weight);
            use.End();
            return read;
        }),
    ];

    private static PluginArguments Arguments(ObjectReader config)
    {
        var arguments = new PluginArguments();
        if (config.Object(PluginNames.NodeResourcesFit) is { } fit)
        {
            var resources = Uses(fit, "resources", 1);
            arguments = arguments with
            {
                Fit = new FitArguments(Strategy(fit.TextOr("strategy", nameof(ScoringStrategy.LeastAllocated))), resources.IsEmpty ? FitArguments.DefaultResources : resources, [.. fit.Texts("ignored-resources")]),
            };
            fit.End();
        }
        if (config.Object(PluginNames.NodeResourcesBalancedAllocation) is { } balanced)
        {
            if (Uses(balanced, "resources", 1) is { IsEmpty: false } resources)
                arguments = arguments with { BalancedResources = resources };
            balanced.End();
        }
        if (config.Object(PluginNames.VolumeBinding) is { } binding)
        {
            if (binding.Number("bind-timeout-seconds", 1, MostBindSeconds) is { } seconds)
                arguments = arguments with { VolumeBindTimeout = TimeSpan.FromSeconds(seconds) };
            if (Shape(binding) is { } shape)
                arguments = arguments with { VolumeShape = shape };
            binding.End();
        }
        return arguments;
    }

    private static UtilizationShape? Shape(ObjectReader binding)
    {
        var points = binding.Objects("shape").Select(static p =>
        {
            var point = new UtilizationPoint(p.Number("utilization", 0, UtilizationShape.Full) ?? 0, p.Number("score", 0, UtilizationShape.MostScore) ?? 0);
            p.End();
            return point;
        }).ToImmutableArray();
        for (var i = 1; i < points.Length; i++)
            if (points[i].Utilization <= points[i - 1].Utilization)
                throw new ConfigurationException($"The utilization values of the shape of {PluginNames.VolumeBinding} must be sorted in increasing order.");
        return points.IsEmpty ? null : new UtilizationShape(points);
    }

    private static ScoringStrategy Strategy(string name) => name switch
    {
        nameof(ScoringStrategy.LeastAllocated) => ScoringStrategy.LeastAllocated,
        nameof(ScoringStrategy.MostAllocated) => ScoringStrategy.MostAllocated,
        _ => throw new ConfigurationException($"'{name}' is not a scoring strategy of {PluginNames.NodeResourcesFit}. There are: {nameof(ScoringStrategy.LeastAllocated)}, {nameof(ScoringStrategy.MostAllocated)}."),
    };
}
