using System.Globalization;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>The downward API's container resources (<c>resourceFieldRef</c>).</summary>
internal static class ResourceFields
{
    /// <summary>The value in units of the divisor, rounded up.</summary>
    /// <exception cref="SetupException">There is no such container or resource.</exception>
    public static string Read(PodContext context, V1ResourceFieldSelector selector, V1Container? own)
    {
        var container = string.IsNullOrEmpty(selector.ContainerName) ? own : Find(context.Pod.Spec, selector.ContainerName);
        if (container is null)
            throw SetupException.Config($"container {selector.ContainerName} not found");
        var value = Amount(context, selector.Resource, container);
        var divisor = selector.Divisor is { } given ? Quantities.Value(given) : 0;
        return Math.Ceiling(value / (divisor == 0 ? 1 : divisor)).ToString("0", CultureInfo.InvariantCulture);
    }

    private static decimal Amount(PodContext context, string resource, V1Container container)
    {
        var dot = resource.IndexOf('.', StringComparison.Ordinal);
        var (kind, name) = dot < 0 ? ("", resource) : (resource[..dot], resource[(dot + 1)..]);
        var set = kind switch
        {
            "limits" => container.Resources?.Limits,
            "requests" => container.Resources?.Requests,
            _ => throw SetupException.Config($"unsupported container resource : {resource}"),
        };
        if (set is not null && set.TryGetValue(name, out var quantity))
            return Quantities.Value(quantity);
        // A limit that is not set is what the node can give at most.
        return (kind, name) switch
        {
            ("limits", "cpu") => context.Allocatable.CpuCores,
            ("limits", "memory") => context.Allocatable.MemoryBytes,
            ("limits", "ephemeral-storage") => context.Allocatable.EphemeralStorageBytes,
            ("requests", "cpu" or "memory" or "ephemeral-storage") => 0,
            _ when name.StartsWith("hugepages-", StringComparison.Ordinal) => 0,
            _ => throw SetupException.Config($"unsupported container resource : {resource}"),
        };
    }

    private static V1Container? Find(V1PodSpec spec, string name) =>
        spec.Containers.FirstOrDefault(c => c.Name == name) ?? spec.InitContainers?.FirstOrDefault(c => c.Name == name);
}
