using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary><c>status</c> of a Job. Two are the same when they are written the same.</summary>
internal sealed record JobStatus
{
    public int Active { get; init; }

    public int Ready { get; init; }

    public int Terminating { get; init; }

    public int Succeeded { get; init; }

    public int Failed { get; init; }

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Completed { get; init; }

    public string CompletedIndexes { get; init; } = "";

    /// <summary>Null unless the job counts failures by index.</summary>
    public string? FailedIndexes { get; init; }

    /// <summary>Uids of pods that have succeeded and are about to lose their finalizer, after which they count.</summary>
    public ImmutableArray<string> UncountedSucceeded { get; init; } = [];

    /// <summary>The same of failed pods.</summary>
    public ImmutableArray<string> UncountedFailed { get; init; } = [];

    public ImmutableArray<Condition> Conditions { get; init; } = [];

    /// <summary>True when the job has ended, well or badly.</summary>
    public bool IsFinished => Has("Complete") || Has("Failed");

    public bool Has(string condition) => Conditions.Find(condition)?.IsTrue == true;

    public bool SameAs(JobStatus other) => Text().AsSpan().SequenceEqual(other.Text());

    public static JobStatus Read(JsonNode? status) =>
        new()
        {
            Active = status.Count("active") ?? 0,
            Ready = status.Count("ready") ?? 0,
            Terminating = status.Count("terminating") ?? 0,
            Succeeded = status.Count("succeeded") ?? 0,
            Failed = status.Count("failed") ?? 0,
            Started = status.Time("startTime"),
            Completed = status.Time("completionTime"),
            CompletedIndexes = status.Text("completedIndexes"),
            FailedIndexes = status.At("failedIndexes") is null ? null : status.Text("failedIndexes"),
            UncountedSucceeded = [.. status.Items("uncountedTerminatedPods", "succeeded").Select(u => u.Text())],
            UncountedFailed = [.. status.Items("uncountedTerminatedPods", "failed").Select(u => u.Text())],
            Conditions = [.. status.Items("conditions").Select(c => new Condition(
                c.Text("type"), c.Text("status"), c.Text("reason"), c.Text("message"), c.Time("lastTransitionTime"), c.Time("lastProbeTime")))],
        };

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Number(json, "active"u8, Active);
        Number(json, "succeeded"u8, Succeeded);
        Number(json, "failed"u8, Failed);
        json.WriteNumber("ready"u8, Ready);
        json.WriteNumber("terminating"u8, Terminating);
        if (Started is { } started)
            json.WriteString("startTime"u8, JsonWriting.Time(started));
        if (Completed is { } completed)
            json.WriteString("completionTime"u8, JsonWriting.Time(completed));
        if (CompletedIndexes.Length > 0)
            json.WriteString("completedIndexes"u8, CompletedIndexes);
        if (FailedIndexes is not null)
            json.WriteString("failedIndexes"u8, FailedIndexes);
        json.WriteStartObject("uncountedTerminatedPods"u8);
        Uids(json, "succeeded"u8, UncountedSucceeded);
        Uids(json, "failed"u8, UncountedFailed);
        json.WriteEndObject();
        if (!Conditions.IsEmpty)
            WriteConditions(json);
        json.WriteEndObject();
    }

    private void WriteConditions(Utf8JsonWriter json)
    {
        json.WriteStartArray("conditions"u8);
        foreach (var condition in Conditions)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, condition.Type);
            json.WriteString("status"u8, condition.Status);
            if (condition.LastUpdate is { } probe)
                json.WriteString("lastProbeTime"u8, JsonWriting.Time(probe));
            if (condition.LastTransition is { } transition)
                json.WriteString("lastTransitionTime"u8, JsonWriting.Time(transition));
            json.WriteString("reason"u8, condition.Reason);
            json.WriteString("message"u8, condition.Message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private byte[] Text()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonWriting.Options))
            Write(json);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, int value)
    {
        if (value > 0)
            json.WriteNumber(name, value);
    }

    private static void Uids(Utf8JsonWriter json, ReadOnlySpan<byte> name, ImmutableArray<string> uids)
    {
        if (uids.IsEmpty)
            return;
        json.WriteStartArray(name);
        foreach (var uid in uids)
            json.WriteStringValue(uid);
        json.WriteEndArray();
    }
}
