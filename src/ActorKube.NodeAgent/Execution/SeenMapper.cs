using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Pods.Status;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;

namespace ActorKube.NodeAgent.Execution;

/// <summary>Takes from the runtime's answers what the life cycle needs; labels, mounts and the rest are not kept.</summary>
internal static class SeenMapper
{
    /// <summary>A sandbox.</summary>
    public static SandboxSeen Sandbox(SandboxStatus status) => new(
        status.Id, status.Metadata.Attempt, status.State == SandboxState.Ready, status.CreatedAt, status.Ips, status.Namespaces.Network == NamespaceMode.Node);

    /// <summary>A container in its sandbox.</summary>
    public static ContainerSeen Container(ContainerStatus status, string sandboxId, string lastWords) => new()
    {
        Id = status.Id,
        Name = status.Metadata.Name,
        Attempt = status.Metadata.Attempt,
        SandboxId = sandboxId,
        State = status.State,
        CreatedAt = status.CreatedAt,
        StartedAt = status.StartedAt,
        FinishedAt = status.FinishedAt,
        ExitCode = status.ExitCode,
        Reason = status.Reason,
        Message = lastWords.Length > 0 ? lastWords : status.Message,
        Image = status.Image,
        ImageRef = status.ImageRef,
        User = status.User is { } user ? UserStatus.Of(user.Uid, user.Gid, user.SupplementalGroups) : null,
        Hash = RuntimeLabels.HashOf(status.Annotations),
    };
}
