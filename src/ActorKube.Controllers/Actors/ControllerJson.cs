using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Controllers.Shell;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Actors;

/// <summary>What controllers journal, as fields of JSON. Journals outlive versions: see <see cref="ControllerSerializer"/> for what may change.</summary>
internal static class ControllerJson
{
    /// <summary>Writes the fields of what came of a turn.</summary>
    public static void WriteFinished(Utf8JsonWriter json, WorkFinished finished)
    {
        json.WriteString("key"u8, finished.Key.ToString());
        if (finished.Decision is { } decision)
        {
            json.WritePropertyName("decision"u8);
            WriteDecision(json, decision);
        }
        if (finished.Requeue is { } requeue)
        {
            json.WriteStartObject("requeue"u8);
            WriteRequeue(json, requeue);
            json.WriteEndObject();
        }
        if (finished.Memory is { } memory)
            json.WriteString("memory"u8, memory);
    }

    /// <summary>Writes the fields of a controller's state.</summary>
    public static void WriteState(Utf8JsonWriter json, ControllerState state)
    {
        json.WriteStartArray("requeues"u8);
        foreach (var requeue in state.Requeues.Values.OrderBy(r => r.Key))
        {
            json.WriteStartObject();
            json.WriteString("key"u8, requeue.Key.ToString());
            WriteRequeue(json, requeue);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteDecisions(json, state.Decisions);
        WriteMemories(json, state);
    }

    // Most controllers remember nothing.
    private static void WriteMemories(Utf8JsonWriter json, ControllerState state)
    {
        if (state.Memories.IsEmpty)
            return;
        json.WriteStartObject("memories"u8);
        foreach (var (key, memory) in state.Memories.OrderBy(m => m.Key))
            json.WriteString(key.ToString(), memory);
        json.WriteEndObject();
    }

    /// <summary>Reads what came of a turn.</summary>
    public static WorkFinished ReadFinished(JsonNode? json)
    {
        var key = ObjectKey.Parse(json.Text("key"));
        return new WorkFinished(key, json.At("decision") is { } decision ? ReadDecision(decision) : null, json.At("requeue") is { } requeue ? ReadRequeue(key, requeue) : null)
        {
            Memory = json.At("memory") is null ? null : json.Text("memory"),
        };
    }

    /// <summary>Reads a controller's state.</summary>
    public static ControllerState ReadState(JsonNode? json)
    {
        var requeues = json.Items("requeues").Select(r => ReadRequeue(ObjectKey.Parse(r.Text("key")), r)).ToImmutableDictionary(r => r.Key);
        var decisions = json.Items("decisions").Select(ReadDecision).ToArray();
        return new ControllerState(requeues, ImmutableQueue.CreateRange(decisions))
        {
            DecisionCount = decisions.Length,
            Memories = json.Strings("memories").ToImmutableDictionary(m => ObjectKey.Parse(m.Key), m => m.Value),
        };
    }

    private static void WriteRequeue(Utf8JsonWriter json, PendingRequeue requeue)
    {
        json.WriteString("due"u8, Time(requeue.Due));
        json.WriteNumber("failures"u8, requeue.Failures);
    }

    private static PendingRequeue ReadRequeue(ObjectKey key, JsonNode json) => new(key, json.Time("due") ?? default, json.Int("failures") ?? 0);

    /// <summary>Writes decisions as one field.</summary>
    public static void WriteDecisions(Utf8JsonWriter json, IEnumerable<Decision> decisions)
    {
        json.WriteStartArray("decisions"u8);
        foreach (var decision in decisions)
            WriteDecision(json, decision);
        json.WriteEndArray();
    }

    private static void WriteDecision(Utf8JsonWriter json, Decision decision)
    {
        json.WriteStartObject();
        json.WriteString("at"u8, Time(decision.At));
        json.WriteString("key"u8, decision.Key.ToString());
        json.WriteStartObject("cause"u8);
        json.WriteString("resource"u8, decision.Cause.Resource);
        json.WriteString("object"u8, decision.Cause.Object.ToString());
        json.WriteNumber("revision"u8, decision.Cause.Revision);
        json.WriteEndObject();
        json.WriteStartArray("reasons"u8);
        foreach (var reason in decision.Reasons)
            json.WriteStringValue(reason);
        json.WriteEndArray();
        json.WriteStartArray("writes"u8);
        foreach (var write in decision.Writes)
        {
            json.WriteStartObject();
            json.WriteString("verb"u8, write.Verb);
            json.WriteString("resource"u8, write.Resource);
            json.WriteString("object"u8, write.Object.ToString());
            json.WriteNumber("revision"u8, write.Revision);
            if (write.Error.Length > 0)
                json.WriteString("error"u8, write.Error);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("writeCount"u8, decision.WriteCount);
        json.WriteEndObject();
    }

    /// <summary>Reads a decision.</summary>
    public static Decision ReadDecision(JsonNode json)
    {
        var cause = new Cause(json.Text("cause", "resource"), ObjectKey.Parse(json.Text("cause", "object")), json.Number("cause", "revision") ?? 0);
        var writes = json.Items("writes").Select(w => new DecisionWrite(w.Text("verb"), w.Text("resource"), ObjectKey.Parse(w.Text("object")), w.Number("revision") ?? 0, w.Text("error")));
        return new Decision(json.Time("at") ?? default, ObjectKey.Parse(json.Text("key")), cause,
            [.. json.Items("reasons").Select(r => r.Text())], [.. writes], json.Int("writeCount") ?? 0);
    }

    /// <summary>A time as text.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
