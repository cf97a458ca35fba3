using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Api.Times;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.Deployments;

/// <summary>What controllers need of a Deployment.</summary>
internal sealed class DeploymentView : IObjectView<DeploymentView>
{
    private static readonly IntOrPercent Quarter = new(25, IsPercent: true);

    public required StoredObject Object { get; init; }

    public required int Replicas { get; init; }

    public required bool Paused { get; init; }

    public required bool Recreates { get; init; }

    public required RollingBounds Bounds { get; init; }

    public required int MinReadySeconds { get; init; }

    /// <summary>Null when progress is not judged.</summary>
    public required TimeSpan? ProgressDeadline { get; init; }

    /// <summary>Null when all old sets are kept.</summary>
    public required int? HistoryLimit { get; init; }

    /// <summary>Its selector does not match its own template.</summary>
    public required bool IsContradictory { get; init; }

    public required LabelSelector Selector { get; init; }

    public required UInt128 TemplateFingerprint { get; init; }

    public required FrozenDictionary<string, string> Annotations { get; init; }

    /// <summary>The revision that the deployment is to go back to, 0 for the last one; null when it is to go on.</summary>
    public long? RollbackTo =>
        Annotations.TryGetValue(Rollback.To, out var text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var revision) ? revision : null;

    public required DeploymentStatus Status { get; init; }

    public static DeploymentView Project(StoredObject item)
    {
        var json = item.Edit();
        var replicas = json.Count("spec", "replicas") ?? 1;
        var recreates = json.Text("spec", "strategy", "type") == "Recreate";
        var deadline = json.Number("spec", "progressDeadlineSeconds") ?? 600;
        var history = json.Int("spec", "revisionHistoryLimit") ?? 10;
        var selector = LabelSelectorJson.ReadStored(json.At("spec", "selector") as JsonObject);
        return new DeploymentView
        {
            Object = item,
            Replicas = replicas,
            Paused = json.Flag("spec", "paused"),
            Recreates = recreates,
            Bounds = recreates ? RollingBounds.None : RollingBounds.Resolve(
                IntOrPercent.Read(json.At("spec", "strategy", "rollingUpdate", "maxSurge"), Quarter),
                IntOrPercent.Read(json.At("spec", "strategy", "rollingUpdate", "maxUnavailable"), Quarter),
                replicas),
            MinReadySeconds = json.Int("spec", "minReadySeconds") ?? 0,
            ProgressDeadline = deadline == int.MaxValue ? null : KubeTime.Span(deadline),
            HistoryLimit = history == int.MaxValue ? null : history,
            Selector = selector,
            IsContradictory = Contradiction.Is(selector, json.At("spec", "template")),
            TemplateFingerprint = TemplateHash.Fingerprint(json.At("spec", "template")),
            Annotations = json.Strings("metadata", "annotations").ToFrozenDictionary(),
            Status = DeploymentStatus.Read(json["status"]),
        };
    }
}
