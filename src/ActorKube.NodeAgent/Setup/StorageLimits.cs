using ActorKube.Api.Quantities;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Limits of <c>ephemeral-storage</c>.</summary>
internal static class StorageLimits
{
    private const string Resource = "ephemeral-storage";

    /// <summary>Whether somebody has to look at what the pod has on disk.</summary>
    public static bool IsLimited(V1Pod pod) => !OfPod(pod).IsZero;

    /// <summary>What all containers that have a limit may have together, with the pod's overhead; 0 where none has one.</summary>
    public static Quantity OfPod(V1Pod pod) =>
        PodResources.Sum(pod, static c => Of(c.Resources?.Limits)) is { IsZero: false } sum ? sum + Of(pod.Spec.Overhead) : default;

    /// <summary>The limits, by container: those that run side by side.</summary>
    public static IEnumerable<(string Name, Quantity Limit)> OfContainers(V1Pod pod)
    {
        foreach (var container in PodResources.SideBySide(pod.Spec))
            if (Of(container.Resources?.Limits) is { IsZero: false } limit)
                yield return (container.Name, limit);
    }

    private static Quantity Of(IDictionary<string, ResourceQuantity>? set) =>
        set is not null && set.TryGetValue(Resource, out var amount) && Quantity.TryParse(amount.ToString(), out var parsed) ? parsed : default;
}
