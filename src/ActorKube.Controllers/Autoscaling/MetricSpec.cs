using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Quantities;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>One entry of <c>spec.metrics</c>: what is measured, and what it should be. Amounts are in thousandths, as upstream counts them.</summary>
internal sealed record MetricSpec
{
    /// <summary><c>Resource</c>, <c>ContainerResource</c>, <c>Pods</c>, <c>Object</c> or <c>External</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Name of the resource, or of the metric.</summary>
    public required string Name { get; init; }

    /// <summary>The container, for <c>ContainerResource</c>.</summary>
    public string Container { get; init; } = "";

    /// <summary><c>metric</c> as written, for metrics that are no resources.</summary>
    public JsonNode? Metric { get; init; }

    /// <summary>Which series of the metric is meant: its selector as text; empty for all.</summary>
    public string Series { get; init; } = "";

    /// <summary>What is wrong with the selector; null when nothing is.</summary>
    public string? SeriesFault { get; init; }

    /// <summary><c>describedObject</c> as written, for <c>Object</c>.</summary>
    public JsonNode? DescribedObject { get; init; }

    /// <summary>Which of the amounts below is meant, where two are possible: <c>Value</c>, <c>AverageValue</c> or <c>Utilization</c>.</summary>
    public string TargetType { get; init; } = "";

    /// <summary>Percentage of the request.</summary>
    public long? Utilization { get; init; }

    /// <summary>Amount for each pod.</summary>
    public long? AverageValue { get; init; }

    /// <summary>Amount for all pods together.</summary>
    public long? Value { get; init; }

    /// <summary>Name of the entry's member that holds the rest: the type in lower camel case.</summary>
    public string Source => char.ToLowerInvariant(Type[0]) + Type[1..];

    public static MetricSpec Read(JsonNode json)
    {
        var type = json.Text("type");
        var source = type.Length == 0 ? null : json[char.ToLowerInvariant(type[0]) + type[1..]];
        var target = source.At("target");
        var (series, fault) = SeriesOf(source.At("metric", "selector"));
        return new MetricSpec
        {
            Type = type,
            Name = source.Text("name") is { Length: > 0 } resource ? resource : source.Text("metric", "name"),
            Container = source.Text("container"),
            Metric = source.At("metric"),
            Series = series,
            SeriesFault = fault,
            DescribedObject = source.At("describedObject"),
            TargetType = target.Text("type"),
            Utilization = target.Number("averageUtilization"),
            AverageValue = Millis(target.At("averageValue")),
            Value = Millis(target.At("value")),
        };
    }

    private static (string Series, string? Fault) SeriesOf(JsonNode? selector)
    {
        try
        {
            return (selector is JsonObject given ? LabelSelectorJson.Read(given).ToString() : "", null);
        }
        catch (ApiException malformed)
        {
            return ("", malformed.Message);
        }
    }

    /// <summary>A quantity in thousandths; null when it is absent or none.</summary>
    public static long? Millis(JsonNode? quantity) => Quantity.TryParse(quantity switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue number => number.ToJsonString(),
        _ => "",
    }, out var parsed) ? parsed.MilliValue : null;
}
