using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.DaemonSets;

/// <summary><c>status</c> of a DaemonSet; every count is a number of nodes.</summary>
internal sealed record DaemonSetStatus(int Current, int Misscheduled, int Desired, int Ready, int Updated, int Available, int Unavailable, long ObservedGeneration, int? CollisionCount)
{
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    public bool Equals(DaemonSetStatus? other) =>
        other is not null
        && (Current, Misscheduled, Desired, Ready, Updated, Available) == (other.Current, other.Misscheduled, other.Desired, other.Ready, other.Updated, other.Available)
        && (Unavailable, ObservedGeneration, CollisionCount) == (other.Unavailable, other.ObservedGeneration, other.CollisionCount)
        && Conditions.SameAs(other.Conditions);

    public override int GetHashCode() => HashCode.Combine(Current, Misscheduled, Desired, Ready, Updated, Available, ObservedGeneration);

    public static DaemonSetStatus Read(JsonNode? status) =>
        new(
            Count(status, "currentNumberScheduled"),
            Count(status, "numberMisscheduled"),
            Count(status, "desiredNumberScheduled"),
            Count(status, "numberReady"),
            Count(status, "updatedNumberScheduled"),
            Count(status, "numberAvailable"),
            Count(status, "numberUnavailable"),
            status.Number("observedGeneration") ?? 0,
            status.Int("collisionCount"))
        {
            Conditions = Condition.Read(status),
        };

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("currentNumberScheduled"u8, Current);
        json.WriteNumber("numberMisscheduled"u8, Misscheduled);
        json.WriteNumber("desiredNumberScheduled"u8, Desired);
        json.WriteNumber("numberReady"u8, Ready);
        json.WriteNumber("observedGeneration"u8, ObservedGeneration);
        if (Updated > 0)
            json.WriteNumber("updatedNumberScheduled"u8, Updated);
        if (Available > 0)
            json.WriteNumber("numberAvailable"u8, Available);
        if (Unavailable > 0)
            json.WriteNumber("numberUnavailable"u8, Unavailable);
        if (CollisionCount is { } collisions)
            json.WriteNumber("collisionCount"u8, collisions);
        Condition.Write(json, Conditions);
        json.WriteEndObject();
    }

    private static int Count(JsonNode? status, string field) => status.Int(field) ?? 0;
}
