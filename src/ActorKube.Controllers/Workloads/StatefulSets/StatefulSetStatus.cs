using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.StatefulSets;

/// <summary><c>status</c> of a StatefulSet.</summary>
/// <param name="Replicas">Pods there are.</param>
/// <param name="Ready">Those that are ready.</param>
/// <param name="Available">Those that have been ready for long enough.</param>
/// <param name="Current">Those of the revision before the update.</param>
/// <param name="Updated">Those of the newest revision.</param>
/// <param name="CurrentRevision">Name of the revision before the update; the newest when no update is under way.</param>
/// <param name="UpdateRevision">Name of the newest revision.</param>
/// <param name="ObservedGeneration">Generation this was seen at.</param>
/// <param name="CollisionCount">How often a revision's name was taken.</param>
internal sealed record StatefulSetStatus(
    int Replicas, int Ready, int Available, int Current, int Updated, string CurrentRevision, string UpdateRevision, long ObservedGeneration, int CollisionCount)
{
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    public bool Equals(StatefulSetStatus? other) =>
        other is not null
        && (Replicas, Ready, Available, Current, Updated) == (other.Replicas, other.Ready, other.Available, other.Current, other.Updated)
        && (CurrentRevision, UpdateRevision, ObservedGeneration, CollisionCount) == (other.CurrentRevision, other.UpdateRevision, other.ObservedGeneration, other.CollisionCount)
        && Conditions.SameAs(other.Conditions);

    public override int GetHashCode() => HashCode.Combine(Replicas, Ready, Available, Current, Updated, CurrentRevision, UpdateRevision, ObservedGeneration);

    public static StatefulSetStatus Read(JsonNode? status) =>
        new(
            Count(status, "replicas"),
            Count(status, "readyReplicas"),
            Count(status, "availableReplicas"),
            Count(status, "currentReplicas"),
            Count(status, "updatedReplicas"),
            status.Text("currentRevision"),
            status.Text("updateRevision"),
            status.Number("observedGeneration") ?? 0,
            Count(status, "collisionCount"))
        {
            Conditions = Condition.Read(status),
        };

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("observedGeneration"u8, ObservedGeneration);
        json.WriteNumber("replicas"u8, Replicas);
        if (Ready > 0)
            json.WriteNumber("readyReplicas"u8, Ready);
        if (Current > 0)
            json.WriteNumber("currentReplicas"u8, Current);
        if (Updated > 0)
            json.WriteNumber("updatedReplicas"u8, Updated);
        json.WriteNumber("availableReplicas"u8, Available);
        json.WriteString("currentRevision"u8, CurrentRevision);
        json.WriteString("updateRevision"u8, UpdateRevision);
        json.WriteNumber("collisionCount"u8, CollisionCount);
        Condition.Write(json, Conditions);
        json.WriteEndObject();
    }

    private static int Count(JsonNode? status, string field) => status.Int(field) ?? 0;
}
