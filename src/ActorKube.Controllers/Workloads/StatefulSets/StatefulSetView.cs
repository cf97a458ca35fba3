using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.StatefulSets;

/// <summary>What controllers need of a StatefulSet.</summary>
internal sealed class StatefulSetView : IObjectView<StatefulSetView>
{
    public required StoredObject Object { get; init; }

    public required LabelSelector Selector { get; init; }

    public required int Replicas { get; init; }

    /// <summary>Ordinal of the first pod.</summary>
    public required int Start { get; init; }

    /// <summary>Its selector does not match its own template.</summary>
    public required bool IsContradictory { get; init; }

    public required int MinReadySeconds { get; init; }

    /// <summary>Pods are made and given up all at once, not one after the other.</summary>
    public required bool Parallel { get; init; }

    /// <summary>False when pods are only replaced after somebody has deleted them.</summary>
    public required bool Rolls { get; init; }

    /// <summary>Pods below this place keep the revision before the update; null when the strategy has no parameters.</summary>
    public required int? Partition { get; init; }

    public required IntOrPercent MaxUnavailable { get; init; }

    public required int HistoryLimit { get; init; }

    public required ClaimRetention Retention { get; init; }

    /// <summary>Names of the claim templates.</summary>
    public required ImmutableArray<string> Claims { get; init; }

    public required StatefulSetStatus Status { get; init; }

    public string Name => Object.Key.Name;

    /// <summary>Pods that may be unavailable during an update; at least one, or nothing would ever move.</summary>
    public int UnavailableAllowed => Math.Max(1, MaxUnavailable.Of(Replicas, roundUp: false));

    public bool HasPlaceFor(int ordinal) => ordinal >= Start && ordinal < Start + (long)Replicas && ordinal < int.MaxValue;

    public static StatefulSetView Project(StoredObject item)
    {
        var json = item.Edit();
        var spec = json.At("spec");
        var rolling = spec.At("updateStrategy", "rollingUpdate");
        var selector = LabelSelectorJson.ReadStored(spec.At("selector") as JsonObject);
        return new StatefulSetView
        {
            Object = item,
            Selector = selector,
            Replicas = spec.Count("replicas") ?? 1,
            Start = spec.Count("ordinals", "start") ?? 0,
            IsContradictory = Contradiction.Is(selector, spec.At("template")),
            MinReadySeconds = spec.Int("minReadySeconds") ?? 0,
            Parallel = spec.Text("podManagementPolicy") == "Parallel",
            Rolls = spec.Text("updateStrategy", "type") != "OnDelete",
            Partition = rolling is null ? null : rolling.Count("partition") ?? 0,
            MaxUnavailable = IntOrPercent.Read(rolling.At("maxUnavailable"), new IntOrPercent(1, false)),
            HistoryLimit = spec.Int("revisionHistoryLimit") ?? 10,
            Retention = new ClaimRetention(
                spec.Text("persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete",
                spec.Text("persistentVolumeClaimRetentionPolicy", "whenScaled") == "Delete"),
            Claims = [.. spec.Items("volumeClaimTemplates").Select(c => c.Text("metadata", "name"))],
            Status = StatefulSetStatus.Read(json["status"]),
        };
    }
}
