using ActorKube.Api.Names;
using ActorKube.NodeAgent.Pods.Status;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Pods;

/// <summary>Takes the <see cref="PodView"/> out of an API object.</summary>
internal static class PodViewReader
{
    private const long DefaultGrace = 30;

    /// <summary>The view of a pod.</summary>
    public static PodView Read(V1Pod pod)
    {
        var spec = pod.Spec;
        return new PodView
        {
            Key = new ObjectKey(pod.Metadata.NamespaceProperty, pod.Metadata.Name),
            Uid = pod.Metadata.Uid ?? "",
            Generation = pod.Metadata.Generation ?? 0,
            Init = spec.InitContainers is { Count: > 0 } init ? [.. init.Select(c => Container(c, PodResources.IsSidecar(c) ? ContainerKind.Sidecar : ContainerKind.Init))] : [],
            Regular = [.. spec.Containers.Select(c => Container(c, ContainerKind.Regular))],
            Ephemeral = spec.EphemeralContainers is { Count: > 0 } added ? [.. added.Select(c => new ContainerView(c.Name, ContainerKind.Ephemeral, c.Image ?? "", 0))] : [],
            RestartPolicy = RestartPolicy(spec.RestartPolicy),
            ActiveDeadlineSeconds = spec.ActiveDeadlineSeconds,
            TerminationGraceSeconds = spec.TerminationGracePeriodSeconds ?? DefaultGrace,
            HostNetwork = spec.HostNetwork == true,
            ReadinessGates = spec.ReadinessGates is { Count: > 0 } gates ? [.. gates.Select(g => g.ConditionType)] : [],
            Deleted = pod.Metadata.DeletionTimestamp is { } deleted ? new DateTimeOffset(DateTime.SpecifyKind(deleted, DateTimeKind.Utc)) : null,
            DeletionGraceSeconds = pod.Metadata.DeletionGracePeriodSeconds,
        };
    }

    private static ContainerView Container(V1Container container, ContainerKind kind) =>
        new(container.Name, kind, container.Image ?? "", ContainerHash.Of(container.Name, container.Image ?? "")) { Spec = SpecStatus.Of(container) };

    private static PodRestartPolicy RestartPolicy(string? policy) => policy switch
    {
        null or "" or "Always" => PodRestartPolicy.Always,
        "OnFailure" => PodRestartPolicy.OnFailure,
        "Never" => PodRestartPolicy.Never,
        _ => throw new FormatException($"Unknown restart policy '{policy}'."),
    };
}
