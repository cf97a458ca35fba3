using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Disruption;

/// <summary>A PodDisruptionBudget.</summary>
internal sealed class BudgetView : IObjectView<BudgetView>
{
    public required StoredObject Object { get; init; }

    public required LabelSelector Selector { get; init; }

    public required IntOrPercent? MinAvailable { get; init; }

    public required IntOrPercent? MaxUnavailable { get; init; }

    /// <summary>Pods that were evicted and when, as the status has it.</summary>
    public required IReadOnlyDictionary<string, (string Text, DateTimeOffset When)> Disrupted { get; init; }

    public static BudgetView Project(StoredObject item)
    {
        var json = item.Edit();
        var spec = json["spec"];
        return new BudgetView
        {
            Object = item,
            Selector = LabelSelectorJson.ReadStored(spec.At("selector") as JsonObject),
            MinAvailable = Amount(spec.At("minAvailable")),
            MaxUnavailable = Amount(spec.At("maxUnavailable")),
            Disrupted = (json.At("status", "disruptedPods") as JsonObject ?? []).ToDictionary(p => p.Key, p => (p.Value.Text(), p.Value.Time() ?? default)),
        };
    }

    private static IntOrPercent? Amount(JsonNode? node) => node is null ? null : IntOrPercent.Read(node, default);
}
