using ActorKube.Api.Quantities;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Limits of <c>ephemeral-storage</c>.</summary>
internal static class StorageLimits
{
    private const string Resource = "ephemeral-storage";

    /// <summary>Whether somebody has to look at what the pod has on disk.</summary>
    public static bool IsLimited(V1Pod pod) => !OfPod(pod).IsZero;

    /// <summary>What all containers that have a limit may have together: those that run side by side, or what an init container may have before them when that is more. The pod's overhead is added.</summary>
    public static Quantity OfPod(V1Pod pod)
    {
        var sidecars = default(Quantity);
        var most = default(Quantity);
        foreach (var init in pod.Spec.InitContainers ?? [])
        {
            var own = Of(init.Resources?.Limits);
            if (IsSidecar(init))
                sidecars += own;
            most = Greater(most, IsSidecar(init) ? sidecars : sidecars + own);
        }
        most = Greater(most, pod.Spec.Containers.Aggregate(sidecars, static (sum, c) => sum + Of(c.Resources?.Limits)));
        return most.IsZero ? most : most + Of(pod.Spec.Overhead);
    }

    /// <summary>The limits, by container: those that run side by side.</summary>
    public static IEnumerable<(string Name, Quantity Limit)> OfContainers(V1Pod pod)
    {
        foreach (var container in pod.Spec.Containers.Concat((pod.Spec.InitContainers ?? []).Where(IsSidecar)))
            if (Of(container.Resources?.Limits) is { IsZero: false } limit)
                yield return (container.Name, limit);
    }

    private static bool IsSidecar(V1Container init) => init.RestartPolicy == "Always";

    private static Quantity Greater(Quantity one, Quantity other) => one > other ? one : other;

    private static Quantity Of(IDictionary<string, ResourceQuantity>? set) =>
        set is not null && set.TryGetValue(Resource, out var amount) && Quantity.TryParse(amount.ToString(), out var parsed) ? parsed : default;
}
