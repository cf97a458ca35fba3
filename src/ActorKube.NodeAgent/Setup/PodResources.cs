using System.Numerics;
using ActorKube.Api.Validation;
using ActorKube.NodeAgent.Runtimes;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>
/// What a whole pod needs and may use: the sum of what runs together, or what one init container alone needs when that is more. A limit holds only where all containers
/// have one. What the pod says for itself (<c>spec.resources</c>) takes the place of such a sum. What the pod costs beyond its containers (the overhead of its runtime class) is added on top, to limits where there is one.
/// </summary>
internal static class PodResources
{
    /// <summary>What is asked for, overhead included; 0 for nothing.</summary>
    public static decimal Request(V1Pod pod, string resource) =>
        (Own(pod.Spec.Resources?.Requests, resource) ?? Sum(pod, c => Quantities.Of(c.Resources?.Requests, resource))) + Quantities.Of(pod.Spec.Overhead, resource);

    /// <summary>Thousandths of a CPU that are asked for, overhead included.</summary>
    public static long CpuRequest(V1Pod pod) => (Milli(pod.Spec.Resources?.Requests) ?? ContainersCpu(pod, limits: false)) + Quantities.MilliCpu(pod.Spec.Overhead);

    /// <summary>Most thousandths of a CPU, overhead included; 0 for no limit.</summary>
    public static long CpuLimit(V1Pod pod) => WithOverhead(Milli(pod.Spec.Resources?.Limits) ?? ContainersCpu(pod, limits: true), Quantities.MilliCpu(pod.Spec.Overhead));

    /// <summary>Most bytes of memory, overhead included; 0 for no limit.</summary>
    public static long MemoryLimit(V1Pod pod) => WithOverhead((long?)Own(pod.Spec.Resources?.Limits, "memory") ?? ContainersMemory(pod), Quantities.Memory(pod.Spec.Overhead));

    /// <summary>What the containers need together, for the runtime to size the sandbox by.</summary>
    public static ContainerResources Containers(V1Pod pod) => LinuxResources.Of(ContainersCpu(pod, limits: false), ContainersCpu(pod, limits: true), ContainersMemory(pod));

    /// <summary>The overhead alone, as much requested as limited; null when there is none.</summary>
    public static ContainerResources? Overhead(V1Pod pod)
    {
        if (pod.Spec.Overhead is not { Count: > 0 } overhead)
            return null;
        var cpu = Quantities.MilliCpu(overhead);
        return LinuxResources.Of(cpu, cpu, Quantities.Memory(overhead));
    }

    private static decimal? Own(IDictionary<string, ResourceQuantity>? set, string resource) => Quantities.Of(set, resource) is not 0 and var amount && ResourceNames.IsOfPod(resource) ? amount : null;

    private static long? Milli(IDictionary<string, ResourceQuantity>? set) => Quantities.MilliCpu(set) is not 0 and var amount ? amount : null;

    private static long WithOverhead(long limit, long overhead) => limit == 0 ? 0 : limit + overhead;

    private static long ContainersCpu(V1Pod pod, bool limits) =>
        SumOrNone(pod, c => Quantities.MilliCpu(limits ? c.Resources?.Limits : c.Resources?.Requests ?? c.Resources?.Limits), needsAll: limits);

    private static long ContainersMemory(V1Pod pod) => SumOrNone(pod, c => Quantities.Memory(c.Resources?.Limits), needsAll: true);

    private static long SumOrNone(V1Pod pod, Func<V1Container, long> amount, bool needsAll) =>
        needsAll && pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).Any(c => amount(c) == 0) ? 0 : Quantities.Whole(Sum<decimal>(pod, c => amount(c)));

    /// <summary>What runs together, or what one init container alone needs when that is more.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="amount">What one container has.</param>
    public static T Sum<T>(V1Pod pod, Func<V1Container, T> amount)
        where T : struct, IAdditionOperators<T, T, T>, IComparable<T>
    {
        var sidecars = default(T);
        var peak = default(T);
        foreach (var init in pod.Spec.InitContainers ?? [])
            if (IsSidecar(init))
                peak = Larger(peak, sidecars += amount(init));
            else
                peak = Larger(peak, sidecars + amount(init));
        return Larger(peak, pod.Spec.Containers.Aggregate(sidecars, (sum, container) => sum + amount(container)));
    }

    /// <summary>The containers that run side by side: the pod's own and its sidecars.</summary>
    public static IEnumerable<V1Container> SideBySide(V1PodSpec spec) => spec.Containers.Concat((spec.InitContainers ?? []).Where(IsSidecar));

    /// <summary>Whether an init container is one that runs beside the others.</summary>
    public static bool IsSidecar(V1Container init) => init.RestartPolicy == "Always";

    private static T Larger<T>(T one, T other)
        where T : IComparable<T> => one.CompareTo(other) < 0 ? other : one;
}
