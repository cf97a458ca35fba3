using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Quantities;
using ActorKube.Api.Times;
using ActorKube.Protocol.Usage;

namespace ActorKube.ApiServer.Usage;

/// <summary>The objects of <c>metrics.k8s.io</c>, made of a node or pod and of what is known of its use. They are made for one answer and never stored.</summary>
internal static class MetricsDocuments
{
    private const string Running = "Running";

    /// <summary>The metrics of a pod or node; null when nothing is known of it.</summary>
    /// <param name="of">The pod or node.</param>
    /// <param name="kind">Kind of the metrics.</param>
    /// <param name="usage">What is known.</param>
    /// <param name="now">When the document is made, which is what it gives as its creation.</param>
    public static StoredObject? Of(StoredObject of, GroupVersionKind kind, UsageBoard usage, DateTimeOffset now) => kind.Kind switch
    {
        "NodeMetrics" => usage.Node(of.Key.Name) is { } report ? Encode(of, kind, now, report.At, report.Window, "usage", Amounts(report.Usage)) : null,
        "PodMetrics" => PodUsage(of, usage) is { } pod
            ? Encode(of, kind, now, pod.At, pod.Window, "containers", new JsonArray([.. pod.Containers.Select(c => (JsonNode)new JsonObject { ["name"] = c.Name, ["usage"] = Amounts(c.Usage) })]))
            : null,
        _ => throw new InvalidOperationException($"{kind} are no metrics."),
    };

    private static PodUsage? PodUsage(StoredObject pod, UsageBoard usage) =>
        pod.Field("spec.nodeName") is { Length: > 0 } node && pod.Field("status.phase") == Running ? usage.Pod(node, pod.Key, pod.Head.Uid) : null;

    private static StoredObject Encode(StoredObject of, GroupVersionKind kind, DateTimeOffset now, DateTimeOffset at, TimeSpan window, string field, JsonNode value)
    {
        var metadata = new JsonObject { ["name"] = of.Key.Name };
        if (of.Key.Namespace.Length > 0)
            metadata["namespace"] = of.Key.Namespace;
        metadata["creationTimestamp"] = KubeTime.Format(now);
        if (of.Head.Labels.Count > 0)
            metadata["labels"] = new JsonObject(of.Head.Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)));
        return StoredObject.Parse(JsonEncoder.Encode(new JsonObject
        {
            ["kind"] = kind.Kind,
            ["apiVersion"] = kind.ApiVersion,
            ["metadata"] = metadata,
            ["timestamp"] = KubeTime.Format(at),
            // Upstream measures to the millisecond.
            ["window"] = GoDuration.Format(TimeSpan.FromMilliseconds(Math.Round(window.TotalMilliseconds))),
            [field] = value,
        }));
    }

    private static JsonObject Amounts(UsedAmounts usage) => new()
    {
        ["cpu"] = usage.NanoCores == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{usage.NanoCores}n"),
        ["memory"] = Quantity.FromUnits(usage.MemoryBytes, QuantityFormat.BinarySI).ToString(),
    };
}
