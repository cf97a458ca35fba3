using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>Decisions taken shortly after each other, encoded as a JSON array: the journal's unit, and kept as it is, for only queries need it decoded.</summary>
/// <param name="Count">Number of decisions.</param>
/// <param name="Json">The array.</param>
internal sealed record DecisionBatch(int Count, ReadOnlyMemory<byte> Json)
{
    /// <summary>Encodes decisions.</summary>
    public static DecisionBatch Encode(IReadOnlyCollection<Decision> decisions)
    {
        var buffer = new ArrayBufferWriter<byte>(512 * decisions.Count);
        using var json = new Utf8JsonWriter(buffer, JsonWriting.Options);
        json.WriteStartArray();
        foreach (var decision in decisions)
            DecisionJson.Write(json, decision);
        json.WriteEndArray();
        json.Flush();
        return new DecisionBatch(decisions.Count, buffer.WrittenMemory);
    }

    /// <summary>The decisions.</summary>
    public IEnumerable<Decision> Decode() => JsonNode.Parse(Json.Span)!.AsArray().Select(d => DecisionJson.Read(d!));
}

/// <summary>The newest decisions, whole batches of them, at least as many as are to be kept.</summary>
/// <param name="kept">Decisions to keep.</param>
internal sealed class DecisionLog(int kept)
{
    private readonly Queue<(long Number, DecisionBatch Batch)> _batches = new();

    /// <summary>Decisions in the log.</summary>
    public int Count { get; private set; }

    /// <summary>Number of the oldest batch; null when the log is empty.</summary>
    public long? Oldest => _batches.TryPeek(out var first) ? first.Number : null;

    /// <summary>Adds a batch, and drops old ones that are not needed any more.</summary>
    /// <param name="number">Its number in the journal.</param>
    /// <param name="batch">The batch.</param>
    public void Add(long number, DecisionBatch batch)
    {
        _batches.Enqueue((number, batch));
        Count += batch.Count;
        while (_batches.Count > 1 && Count - _batches.Peek().Batch.Count >= kept)
            Count -= _batches.Dequeue().Batch.Count;
    }

    /// <summary>Decisions about a pod (or all) from a time on (or all), oldest first.</summary>
    public ImmutableArray<Decision> Read(ObjectKey? pod, DateTimeOffset? since) =>
        [.. _batches.SelectMany(b => b.Batch.Decode()).Where(d => (pod is not { } key || d.Pod == key) && (since is not { } from || d.At >= from))];
}
