using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Validation;

namespace ActorKube.Api.Pods;

/// <summary>
/// What a pod as a whole takes (upstream: <c>PodRequests</c>, <c>PodLimits</c> with the resources of its status): its containers or what it says for itself, and the overhead of
/// running it. While a pod is resized, the larger of what it wants and what it still has counts.
/// </summary>
public static class PodNeeds
{
    /// <summary>What it requests, by resource.</summary>
    public static Dictionary<string, Quantity> Requests(JsonObject pod)
    {
        var spec = pod.Object("spec");
        var statuses = Statuses(pod);
        var needs = PodResourceSums.Requests(spec);
        if (statuses.Count > 0)
        {
            var infeasible = IsResizeInfeasible(pod);
            var allocated = PodResourceSums.Sum(spec, c => Status(statuses, c).Object("allocatedResources") ?? Wanted(c, "requests", infeasible));
            var actuated = PodResourceSums.Sum(spec, c => Status(statuses, c) is { } s
                ? s.Object("resources").Object("requests") ?? s.Object("allocatedResources") ?? Wanted(c, "requests", infeasible)
                : Wanted(c, "requests", infeasible));
            if (infeasible)
                needs = [];
            PodResourceSums.Raise(needs, allocated);
            PodResourceSums.Raise(needs, actuated);
        }
        TakeOwn(needs, spec, "requests");
        PodResourceSums.Add(needs, spec.Object("overhead"));
        return needs;
    }

    /// <summary>What it is limited to, by resource.</summary>
    public static Dictionary<string, Quantity> Limits(JsonObject pod)
    {
        var spec = pod.Object("spec");
        var statuses = Statuses(pod);
        var limits = PodResourceSums.Limits(spec);
        if (statuses.Count > 0)
        {
            var infeasible = IsResizeInfeasible(pod);
            var actuated = PodResourceSums.Sum(spec, c => Status(statuses, c).Object("resources").Object("limits") ?? Wanted(c, "limits", infeasible));
            if (infeasible)
                limits = [];
            PodResourceSums.Raise(limits, actuated);
        }
        TakeOwn(limits, spec, "limits");
        foreach (var (name, value) in spec.Object("overhead") ?? [])
            if (limits.TryGetValue(name, out var limit) && !limit.IsZero && Quantity.TryParse(value?.ToString(), out var amount))
                limits[name] = limit + amount;
        return limits;
    }

    private static void TakeOwn(Dictionary<string, Quantity> sums, JsonObject? spec, string list)
    {
        foreach (var (name, value) in spec.Object("resources").Object(list) ?? [])
            if (ResourceNames.IsOfPod(name) && Quantity.TryParse(value?.ToString(), out var amount))
                sums[name] = amount;
    }

    private static Dictionary<string, JsonObject> Statuses(JsonObject pod)
    {
        var status = pod.Object("status");
        var found = new Dictionary<string, JsonObject>();
        foreach (var list in (ReadOnlySpan<string>)["containerStatuses", "initContainerStatuses"])
            foreach (var one in status.Objects(list))
                if (one["resources"] is not null || one["allocatedResources"] is not null)
                    found.TryAdd(one.Text("name") ?? "", one);
        return found;
    }

    private static JsonObject? Status(Dictionary<string, JsonObject> statuses, JsonObject container) => statuses.GetValueOrDefault(container.Text("name") ?? "");

    private static JsonObject? Wanted(JsonObject container, string list, bool infeasible) => infeasible ? null : container.Object("resources").Object(list);

    private static bool IsResizeInfeasible(JsonObject pod) =>
        pod.Object("status").Objects("conditions").FirstOrDefault(static c => c.Text("type") == "PodResizePending").Text("reason") == "Infeasible";
}
