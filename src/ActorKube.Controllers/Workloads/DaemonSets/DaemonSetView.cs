using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.DaemonSets;

/// <summary>What controllers need of a DaemonSet.</summary>
internal sealed class DaemonSetView : IObjectView<DaemonSetView>
{
    /// <summary>Annotation with the generation of the template, from before there were revisions.</summary>
    public const string TemplateGenerationKey = "deprecated.daemonset.template.generation";

    public required StoredObject Object { get; init; }

    public required LabelSelector Selector { get; init; }

    /// <summary>Its selector does not match its own template.</summary>
    public required bool IsContradictory { get; init; }

    public required int MinReadySeconds { get; init; }

    /// <summary>False when pods are only replaced after somebody has deleted them.</summary>
    public required bool Rolls { get; init; }

    public required IntOrPercent MaxUnavailable { get; init; }

    public required IntOrPercent MaxSurge { get; init; }

    public required int HistoryLimit { get; init; }

    /// <summary>Null where the annotation is missing or malformed.</summary>
    public required long? TemplateGeneration { get; init; }

    public required DaemonPlacement Placement { get; init; }

    public required DaemonSetStatus Status { get; init; }

    /// <summary>Whether a node may have an old and a new pod at the same time.</summary>
    public bool Surges => Rolls && MaxSurge.Of(1, roundUp: true) > 0;

    public static DaemonSetView Project(StoredObject item)
    {
        var json = item.Edit();
        var rolling = json.At("spec", "updateStrategy", "rollingUpdate");
        var selector = LabelSelectorJson.ReadStored(json.At("spec", "selector") as JsonObject);
        return new DaemonSetView
        {
            Object = item,
            Selector = selector,
            IsContradictory = Contradiction.Is(selector, json.At("spec", "template")),
            MinReadySeconds = json.Int("spec", "minReadySeconds") ?? 0,
            Rolls = json.Text("spec", "updateStrategy", "type") != "OnDelete",
            MaxUnavailable = IntOrPercent.Read(rolling.At("maxUnavailable"), new IntOrPercent(1, false)),
            MaxSurge = IntOrPercent.Read(rolling.At("maxSurge"), new IntOrPercent(0, false)),
            HistoryLimit = json.Int("spec", "revisionHistoryLimit") ?? 10,
            TemplateGeneration = long.TryParse(json.Text("metadata", "annotations", TemplateGenerationKey), NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? generation : null,
            Placement = DaemonPlacement.Read(json.At("spec", "template", "spec")),
            Status = DaemonSetStatus.Read(json["status"]),
        };
    }
}
