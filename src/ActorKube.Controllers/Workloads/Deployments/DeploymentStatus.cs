using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.Deployments;

/// <summary><c>status</c> of a Deployment.</summary>
internal sealed record DeploymentStatus(int Replicas, int Updated, int Ready, int Available, int Unavailable, int Terminating, long ObservedGeneration, int? CollisionCount)
{
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    public bool Equals(DeploymentStatus? other) =>
        other is not null
        && (Replicas, Updated, Ready, Available, Unavailable, Terminating, ObservedGeneration)
            == (other.Replicas, other.Updated, other.Ready, other.Available, other.Unavailable, other.Terminating, other.ObservedGeneration)
        && CollisionCount == other.CollisionCount
        && Conditions.SameAs(other.Conditions);

    public override int GetHashCode() => HashCode.Combine(Replicas, Updated, Ready, Available, Unavailable, ObservedGeneration);

    public static DeploymentStatus Read(JsonNode? status) =>
        new(
            status.Int("replicas") ?? 0,
            status.Int("updatedReplicas") ?? 0,
            status.Int("readyReplicas") ?? 0,
            status.Int("availableReplicas") ?? 0,
            status.Int("unavailableReplicas") ?? 0,
            status.Int("terminatingReplicas") ?? 0,
            status.Number("observedGeneration") ?? 0,
            status.Int("collisionCount"))
        {
            Conditions = Condition.Read(status),
        };

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("observedGeneration"u8, ObservedGeneration);
        WriteCount(json, "replicas", Replicas);
        WriteCount(json, "updatedReplicas", Updated);
        WriteCount(json, "readyReplicas", Ready);
        WriteCount(json, "availableReplicas", Available);
        WriteCount(json, "unavailableReplicas", Unavailable);
        json.WriteNumber("terminatingReplicas"u8, Terminating);
        if (CollisionCount is { } collisions)
            json.WriteNumber("collisionCount"u8, collisions);
        Condition.Write(json, Conditions);
        json.WriteEndObject();
    }

    private static void WriteCount(Utf8JsonWriter json, string name, int count)
    {
        if (count != 0)
            json.WriteNumber(name, count);
    }
}
