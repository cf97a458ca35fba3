using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Times;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>One limit of a direction: so many pods, or so many percent, in a period.</summary>
internal readonly record struct ScalingPolicy(bool IsPercent, int Value, TimeSpan Period);

/// <summary>How fast one direction may go (<c>behavior.scaleUp</c>, <c>behavior.scaleDown</c>).</summary>
/// <param name="Window">How long recommendations are looked back at; null for the controller's own setting.</param>
/// <param name="Select">Which policy counts: <c>Max</c>, <c>Min</c>, or <c>Disabled</c> for no scaling in this direction.</param>
/// <param name="Policies">The limits.</param>
/// <param name="Tolerance">What may be off without scaling; null for the controller's own setting.</param>
internal sealed record ScalingRules(TimeSpan? Window, string Select, ImmutableArray<ScalingPolicy> Policies, double? Tolerance)
{
    private const double Thousand = 1000;

    /// <summary>The longest period of the policies: older scalings do not count any more.</summary>
    public TimeSpan LongestPeriod => Policies.Select(p => p.Period).DefaultIfEmpty().Max();

    public static ScalingRules? Read(JsonNode? json) => json is null ? null : new ScalingRules(
        json.Number("stabilizationWindowSeconds") is { } seconds ? KubeTime.Span(seconds) : null,
        json.Text("selectPolicy") is { Length: > 0 } select ? select : "Max",
        [.. json.Items("policies").Select(p => new ScalingPolicy(p.Text("type") == "Percent", p.Count("value") ?? 0, KubeTime.Span(p.Number("periodSeconds") ?? 0)))],
        MetricSpec.Millis(json.At("tolerance")) is { } millis ? millis / Thousand : null);
}

/// <summary>What may be off from the target without scaling, for each direction.</summary>
internal readonly record struct Tolerances(double Down, double Up)
{
    public bool Covers(double ratio) => 1.0 - Down <= ratio && ratio <= 1.0 + Up;
}
