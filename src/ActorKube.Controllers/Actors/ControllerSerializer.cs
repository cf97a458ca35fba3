using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Controllers.Shell;
using ActorKube.Machinery.Objects;
using Akka.Actor;
using Akka.Serialization;
using static ActorKube.Controllers.Actors.ControllerProtocol;

namespace ActorKube.Controllers.Actors;

/// <summary>
/// Bytes of what controllers journal and say: JSON with explicit fields under a manifest. Journals outlive versions: fields may be added, never renamed or
/// reused; a manifest is never reused; reading comes a version before writing. Golden files hold it to that.
/// </summary>
public sealed class ControllerSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string FinishedManifest = "controller-work-finished";
    private const string StateManifest = "controller-state";
    private const string KeepAliveManifest = "controller-keep-alive";
    private const string ReadManifest = "controller-read-decisions";
    private const string DecisionsManifest = "controller-decisions";

    /// <inheritdoc/>
    public override int Identifier => 7301;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        WorkFinished => FinishedManifest,
        ControllerState => StateManifest,
        KeepAlive => KeepAliveManifest,
        ReadDecisions => ReadManifest,
        DecisionsRead => DecisionsManifest,
        _ => throw new ArgumentException($"{o.GetType()} is not a message of controllers."),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, JsonWriting.Options);
        json.WriteStartObject();
        switch (obj)
        {
            case WorkFinished finished:
                WriteFinished(json, finished);
                break;
            case ControllerState state:
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
                break;
            case KeepAlive ping:
                json.WriteString("controller"u8, ping.ControllerId);
                break;
            case ReadDecisions read:
                json.WriteString("controller"u8, read.ControllerId);
                if (read.About is { } about)
                    json.WriteString("about"u8, about.ToString());
                if (read.Since is { } since)
                    json.WriteString("since"u8, Time(since));
                break;
            case DecisionsRead decisions:
                json.WriteString("controller"u8, decisions.ControllerId);
                WriteDecisions(json, decisions.Decisions);
                if (decisions.Waiting.Length > 0)
                    json.WriteString("waiting"u8, decisions.Waiting);
                break;
            default:
                throw new ArgumentException($"{obj.GetType()} is not a message of controllers.");
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        var json = JsonNode.Parse(bytes);
        return manifest switch
        {
            FinishedManifest => ReadFinished(json),
            StateManifest => ReadState(json),
            KeepAliveManifest => new KeepAlive(json.Text("controller")),
            ReadManifest => new ReadDecisions(json.Text("controller"), json.At("about") is null ? null : ObjectKey.Parse(json.Text("about")), json.Time("since")),
            DecisionsManifest => new DecisionsRead(json.Text("controller"), [.. json.Items("decisions").Select(ReadDecision)]) { Waiting = json.Text("waiting") },
            _ => throw new ArgumentException($"'{manifest}' is not a manifest of controllers."),
        };
    }

    private static void WriteFinished(Utf8JsonWriter json, WorkFinished finished)
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

    private static WorkFinished ReadFinished(JsonNode? json)
    {
        var key = ObjectKey.Parse(json.Text("key"));
        return new WorkFinished(key, json.At("decision") is { } decision ? ReadDecision(decision) : null, json.At("requeue") is { } requeue ? ReadRequeue(key, requeue) : null)
        {
            Memory = json.At("memory") is null ? null : json.Text("memory"),
        };
    }

    private static ControllerState ReadState(JsonNode? json)
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

    private static void WriteDecisions(Utf8JsonWriter json, IEnumerable<Decision> decisions)
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

    private static Decision ReadDecision(JsonNode json)
    {
        var cause = new Cause(json.Text("cause", "resource"), ObjectKey.Parse(json.Text("cause", "object")), json.Number("cause", "revision") ?? 0);
        var writes = json.Items("writes").Select(w => new DecisionWrite(w.Text("verb"), w.Text("resource"), ObjectKey.Parse(w.Text("object")), w.Number("revision") ?? 0, w.Text("error")));
        return new Decision(json.Time("at") ?? default, ObjectKey.Parse(json.Text("key")), cause,
            [.. json.Items("reasons").Select(r => r.Text())], [.. writes], json.Int("writeCount") ?? 0);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
