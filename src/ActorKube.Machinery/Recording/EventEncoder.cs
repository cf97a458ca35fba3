using System.Text.Json;
using ActorKube.Api.Json;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Recording;

/// <summary>Writes core/v1 Event objects.</summary>
internal static class EventEncoder
{
    /// <summary>Namespace of events about cluster-scoped objects, as upstream.</summary>
    public const string ClusterNamespace = "default";

    private const int LongestMessage = 1024;

    public static string NamespaceOf(EventSpec item) => item.About.Key.Namespace.Length == 0 ? ClusterNamespace : item.About.Key.Namespace;

    public static ReadOnlyMemory<byte> Create(EventSpec item, EventDecision decision, EventSource source) =>
        JsonEncoder.Encode((item, decision, source), static (json, it) => Write(json, it.item, it.decision, it.source));

    public static ReadOnlyMemory<byte> Patch(EventDecision decision) => JsonEncoder.Encode(decision, static (json, it) =>
    {
        json.WriteStartObject();
        json.WriteNumber("count"u8, it.Count);
        JsonWriting.WriteTime(json, "lastTimestamp"u8, it.Last);
        json.WriteString("message"u8, Limit(it.Message));
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, EventSpec item, EventDecision decision, EventSource source)
    {
        json.WriteStartObject();
        json.WriteString("apiVersion"u8, "v1"u8);
        json.WriteString("kind"u8, "Event"u8);
        json.WriteStartObject("metadata"u8);
        json.WriteString("name"u8, decision.Name);
        json.WriteString("namespace"u8, NamespaceOf(item));
        json.WriteEndObject();
        json.WriteStartObject("involvedObject"u8);
        json.WriteString("kind"u8, item.About.Type.Kind);
        if (item.About.Key.Namespace.Length > 0)
            json.WriteString("namespace"u8, item.About.Key.Namespace);
        json.WriteString("name"u8, item.About.Key.Name);
        json.WriteString("uid"u8, item.About.Uid);
        json.WriteString("apiVersion"u8, item.About.Type.ApiVersion);
        if (item.About.Revision > 0)
            json.WriteString("resourceVersion"u8, item.About.Revision.ToString());
        if (item.About.FieldPath.Length > 0)
            json.WriteString("fieldPath"u8, item.About.FieldPath);
        json.WriteEndObject();
        json.WriteString("reason"u8, item.Reason);
        json.WriteString("message"u8, Limit(decision.Message));
        json.WriteStartObject("source"u8);
        json.WriteString("component"u8, source.Component);
        if (source.Host.Length > 0)
            json.WriteString("host"u8, source.Host);
        json.WriteEndObject();
        JsonWriting.WriteTime(json, "firstTimestamp"u8, decision.First);
        JsonWriting.WriteTime(json, "lastTimestamp"u8, decision.Last);
        json.WriteNumber("count"u8, decision.Count);
        json.WriteString("type"u8, item.Type);
        json.WriteNull("eventTime"u8);
        json.WriteString("reportingComponent"u8, source.Component);
        json.WriteString("reportingInstance"u8, source.Host);
        json.WriteEndObject();
    }

    // Upstream's limit of a note.
    private static string Limit(string message) => message.Length <= LongestMessage ? message : message[..LongestMessage];
}
