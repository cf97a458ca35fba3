using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Quality of service of a pod: where its cgroup goes and whom the kernel kills first.</summary>
internal enum QosClass
{
    /// <summary>Every container has limits for CPU and memory that equal its requests.</summary>
    Guaranteed,

    /// <summary>Something in between.</summary>
    Burstable,

    /// <summary>No requests and no limits.</summary>
    BestEffort,
}

/// <summary>Finds the class of a pod. The API server has normally said it already (<c>status.qosClass</c>, immutable).</summary>
internal static class QosClasses
{
    /// <summary>The class.</summary>
    public static QosClass Of(V1Pod pod) => pod.Status?.QosClass switch
    {
        "Guaranteed" => QosClass.Guaranteed,
        "Burstable" => QosClass.Burstable,
        "BestEffort" => QosClass.BestEffort,
        null or "" => Compute(pod.Spec),
        var other => throw new FormatException($"Unknown QoS class '{other}'."),
    };

    private static QosClass Compute(V1PodSpec spec)
    {
        var any = false;
        var guaranteed = true;
        foreach (var container in spec.Containers.Concat(spec.InitContainers ?? []))
            foreach (var name in (ReadOnlySpan<string>)["cpu", "memory"])
            {
                var limit = Quantities.Of(container.Resources?.Limits, name);
                var request = container.Resources?.Requests is { } requests && requests.ContainsKey(name) ? Quantities.Of(requests, name) : limit;
                any |= limit > 0 || request > 0;
                guaranteed &= limit > 0 && limit == request;
            }
        return !any ? QosClass.BestEffort : guaranteed ? QosClass.Guaranteed : QosClass.Burstable;
    }
}
