using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;

namespace ActorKube.Api.Pods;

/// <summary>The class of service of a pod (upstream: <c>ComputePodQOS</c>).</summary>
public static class PodQuality
{
    private const string BestEffort = "BestEffort";
    private const string Burstable = "Burstable";
    private const string Guaranteed = "Guaranteed";

    /// <summary>
    /// <c>Guaranteed</c> when every container, those for initialisation included, requests as much CPU and memory as it is limited to; <c>BestEffort</c> when none says
    /// anything about them; else <c>Burstable</c>. Where the pod as a whole has resources, those alone count.
    /// </summary>
    public static string Of(JsonObject? spec)
    {
        if (spec.Object("resources") is { } own)
            return OfResources(own);
        string? all = null;
        foreach (var list in (ReadOnlySpan<string>)["initContainers", "containers"])
            foreach (var container in spec.Objects(list))
            {
                var one = OfResources(container.Object("resources"));
                if (one == Burstable || (all is not null && all != one))
                    return Burstable;
                all = one;
            }
        return all ?? BestEffort;
    }

    private static string OfResources(JsonObject? resources)
    {
        var (requests, limits) = (resources.Object("requests"), resources.Object("limits"));
        if (requests is not { Count: > 0 } && limits is not { Count: > 0 })
            return BestEffort;
        var cpu = Amount(limits, "cpu");
        var memory = Amount(limits, "memory");
        // One that is limited and the other not is neither of the pure cases.
        if (Amount(requests, "cpu") != cpu || Amount(requests, "memory") != memory || cpu.IsZero != memory.IsZero)
            return Burstable;
        return cpu.IsZero ? BestEffort : Guaranteed;
    }

    private static Quantity Amount(JsonObject? list, string name) => Quantity.TryParse(list?[name]?.ToString(), out var amount) ? amount : default;
}
