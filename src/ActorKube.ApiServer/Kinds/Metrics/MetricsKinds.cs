using System.Text.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Quantities;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Metrics;

/// <summary>What nodes and pods use: objects that can only be read, with metrics-server's tables.</summary>
internal static class MetricsKinds
{
    private static readonly IReadOnlyList<RequestVerb> ReadOnly = [RequestVerb.Get, RequestVerb.List];

    public static readonly GenericStrategy NodeMetrics = new(Facts("NodeMetrics", "nodes", namespaced: false))
    {
        ShownAs = Columns(static o => [o.At("usage")]),
    };

    public static readonly GenericStrategy PodMetrics = new(Facts("PodMetrics", "pods", namespaced: true))
    {
        ShownAs = Columns(static o => o.At("containers").Items().Select(static c => c.At("usage"))),
    };

    private static KindFacts Facts(string kind, string plural, bool namespaced) => new()
    {
        Kind = new("metrics.k8s.io", "v1beta1", kind),
        Plural = plural,
        Namespaced = namespaced,
        Verbs = ReadOnly,
        MadeFrom = new GroupResource("", plural),
    };

    private static TableColumn[] Columns(Func<JsonElement, IEnumerable<JsonElement>> usages) =>
    [
        TableColumn.ObjectName,
        new("cpu", "string", (o, _) => Sum(usages(o), "cpu")) { Format = "quantity" },
        new("memory", "string", (o, _) => Sum(usages(o), "memory")) { Format = "quantity" },
        new("Window", "string", static (o, _) => o.At("window").AsText()) { Format = "duration" },
    ];

    private static string Sum(IEnumerable<JsonElement> usages, string resource) =>
        usages.Aggregate(Quantity.Zero, (sum, usage) => Quantity.TryParse(usage.At(resource).AsText(), out var amount) ? sum + amount : sum).ToString();
}
