using System.Collections.Immutable;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Protocol.Hosting;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using Akka.Configuration;

namespace ActorKube.Scheduler.Hosting;

/// <summary>Reads the settings of plugins in a profile (<c>plugin-config</c>); <c>scheduler.conf</c> explains them.</summary>
internal static class PluginArgumentsReader
{
    private const int MostBindSeconds = 86_400;
    private const int MostWish = 100;

    /// <summary>Reads the settings that are there; the others have upstream's defaults.</summary>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is not allowed.</exception>
    public static PluginArguments Read(ObjectReader config)
    {
        var arguments = new PluginArguments();
        if (config.Object(PluginNames.NodeAffinity) is { } affinity)
        {
            arguments = arguments with { AddedAffinity = Affinity(affinity) };
            affinity.End();
        }
        if (config.Object(PluginNames.NodeResourcesFit) is { } fit)
        {
            arguments = arguments with { Fit = Fit(fit) };
            fit.End();
        }
        if (config.Object(PluginNames.NodeResourcesBalancedAllocation) is { } balanced)
        {
            if (ProfileReader.Uses(balanced, "resources", 1) is { IsEmpty: false } resources)
                arguments = arguments with { BalancedResources = resources };
            balanced.End();
        }
        if (config.Object(PluginNames.VolumeBinding) is { } binding)
        {
            if (binding.Number("bind-timeout-seconds", 1, MostBindSeconds) is { } seconds)
                arguments = arguments with { VolumeBindTimeout = TimeSpan.FromSeconds(seconds) };
            if (Shape(binding, PluginNames.VolumeBinding) is { } shape)
                arguments = arguments with { VolumeShape = shape };
            binding.End();
        }
        return arguments;
    }

    private static FitArguments Fit(ObjectReader fit)
    {
        var resources = ProfileReader.Uses(fit, "resources", 1);
        var strategy = Strategy(fit.TextOr("strategy", nameof(ScoringStrategy.LeastAllocated)));
        var shape = Shape(fit, PluginNames.NodeResourcesFit);
        if (shape is null && strategy == ScoringStrategy.RequestedToCapacityRatio)
            throw new ConfigurationException($"The strategy {strategy} of {PluginNames.NodeResourcesFit} needs a shape.");
        return new FitArguments(strategy, resources.IsEmpty ? FitArguments.DefaultResources : resources, [.. fit.Texts("ignored-resources")])
        {
            IgnoredGroups = [.. fit.Texts("ignored-resource-groups")],
            Shape = shape ?? UtilizationShape.Spreading,
        };
    }

    private static NodeAffinityRules Affinity(ObjectReader affinity)
    {
        var required = affinity.Objects("required").Select(static t => Term(t)).ToArray();
        var preferred = affinity.Objects("preferred").Select(static t => new PreferredNode(t.Number("weight", 1, MostWish) ?? 1, Term(t))).ToArray();
        return new NodeAffinityRules(Labels.None, required.Length == 0 ? null : required, preferred);
    }

    private static NodeSelectorTerm Term(ObjectReader reader)
    {
        var term = NodeSelectorTerm.Of([.. Conditions(reader, "match-expressions")], [.. Conditions(reader, "match-fields")]);
        reader.End();
        return term.IsMalformed ? throw new ConfigurationException($"A term of {PluginNames.NodeAffinity} has no condition, or one that makes no sense.") : term;
    }

    private static IEnumerable<NodeCondition> Conditions(ObjectReader term, string key) => term.Objects(key).Select(static c =>
    {
        var condition = new NodeCondition(c.Text("key"), c.Text("operator"), c.Texts("values"));
        c.End();
        return condition;
    });

    private static UtilizationShape? Shape(ObjectReader settings, string plugin)
    {
        var points = settings.Objects("shape").Select(static p =>
        {
            var point = new UtilizationPoint(p.Number("utilization", 0, UtilizationShape.Full) ?? 0, p.Number("score", 0, UtilizationShape.MostScore) ?? 0);
            p.End();
            return point;
        }).ToImmutableArray();
        for (var i = 1; i < points.Length; i++)
            if (points[i].Utilization <= points[i - 1].Utilization)
                throw new ConfigurationException($"The utilization values of the shape of {plugin} must be sorted in increasing order.");
        return points.IsEmpty ? null : new UtilizationShape(points);
    }

    private static ScoringStrategy Strategy(string name) => Enum.TryParse<ScoringStrategy>(name, out var strategy) && Enum.GetName(strategy) == name
        ? strategy
        : throw new ConfigurationException($"'{name}' is not a scoring strategy of {PluginNames.NodeResourcesFit}. There are: {string.Join(", ", Enum.GetNames<ScoringStrategy>())}.");
}
