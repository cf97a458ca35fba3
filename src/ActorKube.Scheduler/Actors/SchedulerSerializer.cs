using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Times;
using ActorKube.Machinery.Objects;
using ActorKube.Scheduler.Scheduling;
using Akka.Actor;
using Akka.Serialization;
using static ActorKube.Scheduler.Actors.SchedulerProtocol;

namespace ActorKube.Scheduler.Actors;

/// <summary>
/// Bytes of what the scheduler journals and says: JSON with explicit fields under a manifest. Journals outlive versions: fields may be added, never renamed or reused; a
/// manifest is never reused.
/// </summary>
public sealed class SchedulerSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string EpochManifest = "scheduler-epoch";
    private const string TakenManifest = "scheduler-decisions-taken";
    private const string ReadManifest = "scheduler-read-decisions";
    private const string DecisionsManifest = "scheduler-decisions";

    /// <inheritdoc/>
    public override int Identifier => 7401;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        EpochBegan => EpochManifest,
        DecisionsTaken => TakenManifest,
        ReadDecisions => ReadManifest,
        DecisionsRead => DecisionsManifest,
        _ => throw new ArgumentException($"{o.GetType()} is not a message of the scheduler."),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, JsonWriting.Options);
        json.WriteStartObject();
        switch (obj)
        {
            case EpochBegan began:
                json.WriteNumber("epoch"u8, began.Epoch);
                break;
            case DecisionsTaken taken:
                json.WriteNumber("epoch"u8, taken.Epoch);
                json.WriteNumber("count"u8, taken.Batch.Count);
                WriteBatch(json, taken.Batch);
                break;
            case ReadDecisions read:
                if (read.About is { } about)
                    json.WriteString("about"u8, about.ToString());
                if (read.Since is { } since)
                    json.WriteString("since"u8, KubeTime.FormatMicro(since));
                break;
            case DecisionsRead decisions:
                WriteBatch(json, DecisionBatch.Encode(decisions.Decisions));
                break;
            default:
                throw new ArgumentException($"{obj.GetType()} is not a message of the scheduler.");
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        EpochManifest => new EpochBegan(JsonNode.Parse(bytes).Number("epoch") ?? throw new FormatException("An epoch has a number.")),
        TakenManifest => ReadTaken(bytes),
        ReadManifest => ReadQuery(JsonNode.Parse(bytes)),
        DecisionsManifest => new DecisionsRead([.. JsonNode.Parse(bytes).Items("decisions").Select(DecisionJson.Read)]),
        _ => throw new ArgumentException($"'{manifest}' is not a manifest of the scheduler."),
    };

    private static void WriteBatch(Utf8JsonWriter json, DecisionBatch batch)
    {
        json.WritePropertyName("decisions"u8);
        json.WriteRawValue(batch.Json.Span, skipInputValidation: true);
    }

    private static ReadDecisions ReadQuery(JsonNode? json) =>
        new(json.At("about") is null ? null : ObjectKey.Parse(json.Text("about")), json.Time("since"));

    // Recovery reads thousands of these and asks for none: the decisions stay as they are.
    private static DecisionsTaken ReadTaken(byte[] bytes)
    {
        long epoch = 0;
        var count = 0;
        var decisions = ReadOnlyMemory<byte>.Empty;
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("epoch"u8)) { reader.Read(); epoch = reader.GetInt64(); }
            else if (reader.ValueTextEquals("count"u8)) { reader.Read(); count = reader.GetInt32(); }
            else if (reader.ValueTextEquals("decisions"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                decisions = bytes.AsMemory(start..(int)reader.BytesConsumed);
            }
            else { reader.Read(); reader.Skip(); }
        }
        return new DecisionsTaken(epoch, new DecisionBatch(count, decisions));
    }
}
