using ActorKube.Api.Quantities;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Limits of <c>ephemeral-storage</c>.</summary>
internal static class StorageLimits
{
    private const string Resource = "ephemeral-storage";

    /// <summary>Whether somebody has to look at what the pod has on disk.</summary>
    public static bool IsLimited(V1Pod pod) => OfContainers(pod).Any();

    /// <summary>What all containers that have a limit may have together.</summary>
    public static Quantity OfPod(V1Pod pod) => OfContainers(pod).Aggregate(default(Quantity), static (sum, c) => sum + c.Limit);

    /// <summary>The limits, by container: those that run side by side.</summary>
    public static IEnumerable<(string Name, Quantity Limit)> OfContainers(V1Pod pod)
    {
        foreach (var container in pod.Spec.Containers.Concat((pod.Spec.InitContainers ?? []).Where(static c => c.RestartPolicy == "Always")))
            if (container.Resources?.Limits is { } limits && limits.TryGetValue(Resource, out var limit) && Quantity.TryParse(limit.ToString(), out var amount) && !amount.IsZero)
                yield return (container.Name, amount);
    }
}
