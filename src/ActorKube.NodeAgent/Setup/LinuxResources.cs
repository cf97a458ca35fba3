using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Requests and limits as Linux knows them, with upstream's arithmetic.</summary>
internal static class LinuxResources
{
    /// <summary>CFS period in microseconds.</summary>
    private const long Period = 100_000;
    private const long LeastQuota = 1_000;
    private const long LeastShares = 2;
    private const long MostShares = 262_144;
    private const long GuaranteedOomScore = -997;
    private const long BestEffortOomScore = 1000;
    private const long NodeCriticalPriority = 2_000_001_000;

    /// <summary>The resources of a container.</summary>
    public static ContainerResources Of(V1Pod pod, V1Container container, decimal nodeMemory)
    {
        var limits = container.Resources?.Limits;
        var requests = container.Resources?.Requests;
        // A container without a limit may take what the pod as a whole may.
        var whole = pod.Spec.Resources?.Limits;
        var cpuLimit = Quantities.MilliCpu(limits) is not 0 and var cpu ? cpu : Quantities.MilliCpu(whole);
        var memoryLimit = Quantities.Memory(limits) is not 0 and var memory ? memory : Quantities.Memory(whole);
        var cpuRequest = requests is not null && requests.ContainsKey("cpu") ? Quantities.MilliCpu(requests) : cpuLimit;
        return Of(cpuRequest, cpuLimit, memoryLimit) with
        {
            OomScoreAdj = OomScore(pod, container, nodeMemory),
            HugepageLimits = Hugepages(limits),
        };
    }

    /// <summary>Resources from plain amounts; a limit of 0 is none.</summary>
    /// <param name="cpuRequest">Thousandths of a CPU.</param>
    /// <param name="cpuLimit">Thousandths of a CPU.</param>
    /// <param name="memoryLimit">Bytes.</param>
    public static ContainerResources Of(long cpuRequest, long cpuLimit, long memoryLimit) => new()
    {
        CpuShares = Shares(cpuRequest),
        CpuPeriod = cpuLimit > 0 ? Period : 0,
        CpuQuota = Quota(cpuLimit),
        MemoryLimitBytes = memoryLimit,
    };

    /// <summary>CFS shares for thousandths of a CPU.</summary>
    public static long Shares(long milliCpu) => milliCpu == 0 ? LeastShares : (long)Math.Clamp(milliCpu * 1.024m, LeastShares, MostShares);

    /// <summary>CFS quota per period for thousandths of a CPU; 0 for none.</summary>
    public static long Quota(long milliCpu) => milliCpu == 0 ? 0 : (long)Math.Clamp(milliCpu * (Period / 1000m), LeastQuota, Quantities.Most);

    /// <summary>
    /// Whom the kernel kills first when the node runs out of memory: best-effort pods, then burstable ones by how far they exceed their request, guaranteed ones
    /// last. A burstable container that requests half of the node's memory gets 500.
    /// </summary>
    public static long OomScore(V1Pod pod, V1Container container, decimal nodeMemory)
    {
        if (pod.Spec.Priority >= NodeCriticalPriority)
            return GuaranteedOomScore;
        switch (QosClasses.Of(pod))
        {
            case QosClass.Guaranteed:
                return GuaranteedOomScore;
            case QosClass.BestEffort:
                return BestEffortOomScore;
            default:
                // A sidecar is not to go before the containers that need it.
                var request = PodResources.IsSidecar(container) && pod.Spec.InitContainers?.Contains(container) == true
                    ? Math.Max(Memory(container), pod.Spec.Containers.Min(Memory))
                    : Memory(container);
                var score = nodeMemory > 0 ? 1000 - (long)(1000 * request / nodeMemory) : BestEffortOomScore - 1;
                // Below every guaranteed container's, and above the agent's own; never as expendable as best effort.
                return Math.Clamp(score, 1000 + GuaranteedOomScore, BestEffortOomScore - 1);
        }
    }

    private static decimal Memory(V1Container container) => Quantities.Memory(container.Resources?.Requests);

    private static ImmutableArray<HugepageLimit> Hugepages(IDictionary<string, ResourceQuantity>? limits)
    {
        if (limits is null)
            return [];
        const string Prefix = "hugepages-";
        return
        [
            .. limits.Where(l => l.Key.StartsWith(Prefix, StringComparison.Ordinal))
                .Select(l => new HugepageLimit(PageSize(l.Key[Prefix.Length..]), (ulong)Quantities.Value(l.Value))),
        ];
    }

    // The cgroup file says 2MB where the resource says 2Mi.
    private static string PageSize(string resource) => resource.EndsWith('i') ? $"{resource[..^1]}B" : resource;
}
