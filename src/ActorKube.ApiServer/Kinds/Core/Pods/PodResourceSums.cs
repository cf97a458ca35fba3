using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>
/// What the containers of a pod need together (upstream: <c>AggregateContainerRequests</c>, <c>AggregateContainerLimits</c>): those that run side by side add up,
/// and an init container needs its own besides that of the sidecars which started before it.
/// </summary>
internal static class PodResourceSums
{
    /// <summary>The sum of what is requested, by resource.</summary>
    public static Dictionary<string, Quantity> Requests(JsonObject spec) => Sum(spec, "requests");

    /// <summary>The sum of the limits, by resource.</summary>
    public static Dictionary<string, Quantity> Limits(JsonObject spec) => Sum(spec, "limits");

    /// <summary>Whether every container limits a resource.</summary>
    public static bool AllLimit(JsonObject spec, string resource) =>
        spec.Items("containers").Concat(spec.Items("initContainers")).All(c => c.Item.Object("resources").Object("limits")?[resource] is not null);

    private static Dictionary<string, Quantity> Sum(JsonObject spec, string list)
    {
        var total = new Dictionary<string, Quantity>();
        foreach (var (_, container) in spec.Items("containers"))
            Add(total, container, list);
        var sidecars = new Dictionary<string, Quantity>();
        var most = new Dictionary<string, Quantity>();
        foreach (var (_, container) in spec.Items("initContainers"))
        {
            var isSidecar = container.Text("restartPolicy") == "Always";
            var needed = isSidecar ? sidecars : new Dictionary<string, Quantity>(sidecars);
            Add(needed, container, list);
            if (isSidecar)
                Add(total, container, list);
            Raise(most, needed);
        }
        Raise(total, most);
        return total;
    }

    private static void Add(Dictionary<string, Quantity> sums, JsonObject container, string list)
    {
        foreach (var (name, value) in container.Object("resources").Object(list) ?? [])
            if (Quantity.TryParse(value?.ToString(), out var amount))
                sums[name] = sums.GetValueOrDefault(name) + amount;
    }

    private static void Raise(Dictionary<string, Quantity> sums, Dictionary<string, Quantity> least)
    {
        foreach (var (name, amount) in least)
            if (!sums.TryGetValue(name, out var now) || now < amount)
                sums[name] = amount;
    }
}
