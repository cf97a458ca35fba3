using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;

namespace ActorKube.Api.Pods;

/// <summary>
/// What the containers of a pod need together (upstream: <c>AggregateContainerRequests</c>, <c>AggregateContainerLimits</c>): those that run side by side add up,
/// and an init container needs its own besides that of the sidecars which started before it.
/// </summary>
public static class PodResourceSums
{
    /// <summary>The sum of what is requested, by resource.</summary>
    public static Dictionary<string, Quantity> Requests(JsonObject? spec) => Sum(spec, static c => Named(c, "requests"));

    /// <summary>The sum of the limits, by resource.</summary>
    public static Dictionary<string, Quantity> Limits(JsonObject? spec) => Sum(spec, static c => Named(c, "limits"));

    /// <summary>The sum of whatever list of amounts a container is found to have.</summary>
    /// <param name="spec">The pod's spec.</param>
    /// <param name="amounts">The list of a container; null for none.</param>
    public static Dictionary<string, Quantity> Sum(JsonObject? spec, Func<JsonObject, JsonObject?> amounts)
    {
        var total = new Dictionary<string, Quantity>();
        foreach (var container in spec.Objects("containers"))
            Add(total, amounts(container));
        var sidecars = new Dictionary<string, Quantity>();
        var most = new Dictionary<string, Quantity>();
        foreach (var container in spec.Objects("initContainers"))
        {
            var isSidecar = container.Text("restartPolicy") == "Always";
            var needed = isSidecar ? sidecars : new Dictionary<string, Quantity>(sidecars);
            Add(needed, amounts(container));
            if (isSidecar)
                Add(total, amounts(container));
            Raise(most, needed);
        }
        Raise(total, most);
        return total;
    }

    /// <summary>Whether every container limits a resource.</summary>
    public static bool AllLimit(JsonObject spec, string resource) =>
        spec.Objects("containers").Concat(spec.Objects("initContainers")).All(c => Named(c, "limits")?[resource] is not null);

    /// <summary>Adds a list of amounts to sums.</summary>
    internal static void Add(Dictionary<string, Quantity> sums, JsonObject? amounts)
    {
        foreach (var (name, value) in amounts ?? [])
            if (Quantity.TryParse(value?.ToString(), out var amount))
                sums[name] = sums.GetValueOrDefault(name) + amount;
    }

    /// <summary>Raises amounts to the larger of two.</summary>
    internal static void Raise(Dictionary<string, Quantity> sums, Dictionary<string, Quantity> least)
    {
        foreach (var (name, amount) in least)
            if (!sums.TryGetValue(name, out var now) || now < amount)
                sums[name] = amount;
    }

    private static JsonObject? Named(JsonObject container, string list) => container.Object("resources").Object(list);
}
