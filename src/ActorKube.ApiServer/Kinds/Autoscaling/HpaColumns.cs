using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Autoscaling;

/// <summary>The table of horizontal pod autoscalers (upstream: <c>printHorizontalPodAutoscaler</c>, <c>formatHPAMetrics</c>).</summary>
internal static class HpaColumns
{
    private const string Unknown = "<unknown>";
    private const int ShownMetrics = 2;

    /// <summary>Columns of autoscaling/v2.</summary>
    public static readonly IReadOnlyList<TableColumn> All = Columns(static o => Targets(o));

    /// <summary>Columns of autoscaling/v1, which knows CPU alone.</summary>
    public static readonly IReadOnlyList<TableColumn> V1 = Columns(static o =>
        o.At("spec", "targetCPUUtilizationPercentage").ValueKind != JsonValueKind.Number
            ? CellText.None
            : $"cpu: {Percent(o.At("status", "currentCPUUtilizationPercentage"))}/{Percent(o.At("spec", "targetCPUUtilizationPercentage"))}");

    private static TableColumn[] Columns(Func<JsonElement, TableCell> targets) =>
    [
        TableColumn.ObjectName,
        TableColumn.Text("Reference", "What is scaled.", static o => $"{o.At("spec", "scaleTargetRef", "kind").AsText()}/{o.At("spec", "scaleTargetRef", "name").AsText()}"),
        TableColumn.Text("Targets", "What is measured, and what it should be.", targets),
        TableColumn.Text("MinPods", "Fewest pods.", static o => o.At("spec", "minReplicas").AsText() is { Length: > 0 } least ? least : CellText.Unset),
        TableColumn.Text("MaxPods", "Most pods.", static o => o.At("spec", "maxReplicas").AsNumber()),
        TableColumn.Text("Replicas", "How many pods there are.", static o => o.At("status", "currentReplicas").AsNumber()),
        TableColumn.Age,
    ];

    private static string Targets(JsonElement hpa)
    {
        var specs = hpa.At("spec", "metrics").Items().ToList();
        if (specs.Count == 0)
            return CellText.None;
        var statuses = hpa.At("status", "currentMetrics").Items().ToList();
        var shown = specs.Take(ShownMetrics).Select((spec, i) => Metric(spec, i < statuses.Count ? statuses[i] : default));
        return string.Join(", ", shown) + (specs.Count > ShownMetrics ? $" + {specs.Count - ShownMetrics} more..." : "");
    }

    private static string Metric(JsonElement spec, JsonElement status)
    {
        var type = spec.At("type").AsText();
        var source = type.Length == 0 ? "" : char.ToLowerInvariant(type[0]) + type[1..];
        var target = spec.At(source, "target");
        var current = status.At(source, "current");
        var text = target.At("averageUtilization").ValueKind == JsonValueKind.Number
            ? $"{Percent(current.At("averageUtilization"))}/{Percent(target.At("averageUtilization"))}"
            : target.At("averageValue").AsText() is { Length: > 0 } average
                ? $"{Known(current.At("averageValue"))}/{average} (avg)"
                : $"{Known(current.At("value"))}/{target.At("value").AsText()}";
        // Utilisation of a resource that pods request is said with its name; other amounts speak for themselves.
        if (type is not ("Resource" or "ContainerResource"))
            return text;
        var amount = text.EndsWith(" (avg)", StringComparison.Ordinal) ? text[..^6] : text;
        return $"{spec.At(source, "name").AsText()}: {amount}";
    }

    private static string Percent(JsonElement number) => number.ValueKind == JsonValueKind.Number ? number.GetRawText() + "%" : Unknown;

    private static string Known(JsonElement amount) => amount.AsText() is { Length: > 0 } text ? text : Unknown;
}
