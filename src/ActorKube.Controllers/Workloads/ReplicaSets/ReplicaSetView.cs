using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.ReplicaSets;

/// <summary>What controllers need of a ReplicaSet or a ReplicationController. The template is kept as a fingerprint; whoever creates pods parses it then.</summary>
internal sealed class ReplicaSetView : IObjectView<ReplicaSetView>
{
    public required StoredObject Object { get; init; }

    public required int Replicas { get; init; }

    public required int MinReadySeconds { get; init; }

    public required LabelSelector Selector { get; init; }

    public required Labels TemplateLabels { get; init; }

    public required UInt128 TemplateFingerprint { get; init; }

    public required FrozenDictionary<string, string> Annotations { get; init; }

    public required ReplicaSetStatus Status { get; init; }

    public static ReplicaSetView Project(StoredObject item)
    {
        var json = item.Edit();
        var template = json.At("spec", "template");
        return new ReplicaSetView
        {
            Object = item,
            Replicas = json.Count("spec", "replicas") ?? 1,
            MinReadySeconds = json.Int("spec", "minReadySeconds") ?? 0,
            Selector = SelectorOf(json.At("spec", "selector") as JsonObject),
            TemplateLabels = Labels.From(template.Strings("metadata", "labels")),
            TemplateFingerprint = TemplateHash.Fingerprint(template),
            Annotations = json.Strings("metadata", "annotations").ToFrozenDictionary(),
            Status = ReplicaSetStatus.Read(json["status"]),
        };
    }

    // The selector of a replication controller is a mere map of labels: its values are texts, where those of a selector proper are a map and a list.
    private static LabelSelector SelectorOf(JsonObject? selector) =>
        selector is not null && selector.All(f => f.Value is JsonValue) ? LabelSelectorJson.ReadStoredMap(selector) : LabelSelectorJson.ReadStored(selector);
}

/// <summary><c>status</c> of a ReplicaSet or a ReplicationController; the latter does not tell how many pods are terminating.</summary>
internal sealed record ReplicaSetStatus(int Replicas, int FullyLabeled, int Ready, int Available, int? Terminating, long ObservedGeneration)
{
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    public bool Equals(ReplicaSetStatus? other) =>
        other is not null
        && (Replicas, FullyLabeled, Ready, Available, Terminating, ObservedGeneration)
            == (other.Replicas, other.FullyLabeled, other.Ready, other.Available, other.Terminating, other.ObservedGeneration)
        && Conditions.SameAs(other.Conditions);

    public override int GetHashCode() => HashCode.Combine(Replicas, FullyLabeled, Ready, Available, Terminating, ObservedGeneration);

    public static ReplicaSetStatus Read(JsonNode? status) =>
        new(
            status.Count("replicas") ?? 0,
            status.Count("fullyLabeledReplicas") ?? 0,
            status.Count("readyReplicas") ?? 0,
            status.Count("availableReplicas") ?? 0,
            status.Count("terminatingReplicas"),
            status.Number("observedGeneration") ?? 0)
        {
            Conditions = Condition.Read(status),
        };

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("replicas"u8, Replicas);
        if (FullyLabeled > 0)
            json.WriteNumber("fullyLabeledReplicas"u8, FullyLabeled);
        if (Ready > 0)
            json.WriteNumber("readyReplicas"u8, Ready);
        if (Available > 0)
            json.WriteNumber("availableReplicas"u8, Available);
        if (Terminating is { } terminating)
            json.WriteNumber("terminatingReplicas"u8, terminating);
        json.WriteNumber("observedGeneration"u8, ObservedGeneration);
        Condition.Write(json, Conditions);
        json.WriteEndObject();
    }
}
