using System.Collections.Immutable;
using V1 = ActorKube.Cri.V1;

namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>CRI messages as the seam's records.</summary>
internal static class CriResponses
{
    private const int NanosecondsPerTick = 100;

    public static DateTimeOffset ToTime(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick);

    public static RuntimeStatus FromWire(this V1.StatusResponse wire) => new(
        [.. (wire.Status?.Conditions ?? []).Select(c => new RuntimeCondition(c.Type, c.Status, c.Reason, c.Message))],
        [.. wire.RuntimeHandlers.Select(h =>
            new RuntimeHandler(h.Name, h.Features?.RecursiveReadOnlyMounts ?? false, h.Features?.UserNamespaces ?? false))])
    {
        StrictGroups = wire.Features?.SupplementalGroupsPolicy ?? false,
    };

    public static SandboxInfo FromWire(this V1.PodSandbox wire) => new()
    {
        Id = wire.Id,
        Metadata = wire.Metadata.FromWire(),
        State = wire.State.FromWire(),
        CreatedAt = ToTime(wire.CreatedAt),
        Labels = wire.Labels.ToImmutableDictionary(),
        Annotations = wire.Annotations.ToImmutableDictionary(),
        RuntimeHandler = wire.RuntimeHandler,
    };

    public static SandboxStatus FromWire(this V1.PodSandboxStatus wire) => new()
    {
        Id = wire.Id,
        Metadata = wire.Metadata.FromWire(),
        State = wire.State.FromWire(),
        CreatedAt = ToTime(wire.CreatedAt),
        Labels = wire.Labels.ToImmutableDictionary(),
        Annotations = wire.Annotations.ToImmutableDictionary(),
        RuntimeHandler = wire.RuntimeHandler,
        Ips = [.. Ips(wire)],
        Namespaces = wire.Linux?.Namespaces?.Options?.FromWire() ?? NamespaceOptions.Default,
    };

    public static ContainerInfo FromWire(this V1.Container wire) => new()
    {
        Id = wire.Id,
        SandboxId = wire.PodSandboxId,
        Metadata = wire.Metadata.FromWire(),
        State = wire.State.FromWire(),
        CreatedAt = ToTime(wire.CreatedAt),
        Image = wire.Image?.Image ?? "",
        ImageRef = wire.ImageRef,
        Labels = wire.Labels.ToImmutableDictionary(),
        Annotations = wire.Annotations.ToImmutableDictionary(),
    };

    public static ContainerStatus FromWire(this V1.ContainerStatus wire) => new()
    {
        Id = wire.Id,
        Metadata = wire.Metadata.FromWire(),
        State = wire.State.FromWire(),
        CreatedAt = ToTime(wire.CreatedAt),
        // containerd notes the start after the process runs: one that ends at once would have ended before it started.
        StartedAt = ToOptionalTime(wire.FinishedAt == 0 ? wire.StartedAt : Math.Min(wire.StartedAt, wire.FinishedAt)),
        FinishedAt = ToOptionalTime(wire.FinishedAt),
        ExitCode = wire.ExitCode,
        Reason = wire.Reason,
        Message = wire.Message,
        Image = wire.Image?.Image ?? "",
        ImageRef = wire.ImageRef,
        Labels = wire.Labels.ToImmutableDictionary(),
        Annotations = wire.Annotations.ToImmutableDictionary(),
        LogPath = wire.LogPath,
        Mounts = [.. wire.Mounts.Select(FromWire)],
        Resources = wire.Resources?.Linux?.FromWire(),
        User = wire.User?.Linux is { } user ? new ContainerUser(user.Uid, user.Gid, [.. user.SupplementalGroups]) : null,
    };

    public static ImageInfo FromWire(this V1.Image wire) => new()
    {
        Id = wire.Id,
        RepoTags = [.. wire.RepoTags],
        RepoDigests = [.. wire.RepoDigests],
        SizeBytes = wire.Size,
        Uid = wire.Uid?.Value,
        Username = wire.Username,
        Pinned = wire.Pinned,
    };

    public static SandboxMetadata FromWire(this V1.PodSandboxMetadata wire) => new(wire.Name, wire.Namespace, wire.Uid, wire.Attempt);

    public static ContainerMetadata FromWire(this V1.ContainerMetadata wire) => new(wire.Name, wire.Attempt);

    private static DateTimeOffset? ToOptionalTime(long nanoseconds) => nanoseconds == 0 ? null : ToTime(nanoseconds);

    private static IEnumerable<string> Ips(V1.PodSandboxStatus wire) => wire.Network is not { Ip.Length: > 0 } network
        ? []
        : network.AdditionalIps.Select(ip => ip.Ip).Prepend(network.Ip);

    private static NamespaceOptions FromWire(this V1.NamespaceOption wire) => new()
    {
        Network = wire.Network.FromWire(),
        Pid = wire.Pid.FromWire(),
        Ipc = wire.Ipc.FromWire(),
        TargetId = wire.TargetId,
        User = wire.UsernsOptions is { Mode: V1.NamespaceMode.Pod, Uids.Count: > 0 } user
            ? new UserNamespace([.. user.Uids.Select(FromWire)], [.. user.Gids.Select(FromWire)])
            : null,
    };

    private static IdMapping FromWire(V1.IDMapping wire) => new(wire.HostId, wire.ContainerId, wire.Length);

    private static ContainerMount FromWire(V1.Mount wire) => new(wire.ContainerPath, wire.HostPath)
    {
        ReadOnly = wire.Readonly,
        RecursiveReadOnly = wire.RecursiveReadOnly,
        SelinuxRelabel = wire.SelinuxRelabel,
        Propagation = wire.Propagation.FromWire(),
    };

    private static ContainerResources FromWire(this V1.LinuxContainerResources wire) => new()
    {
        CpuPeriod = wire.CpuPeriod,
        CpuQuota = wire.CpuQuota,
        CpuShares = wire.CpuShares,
        MemoryLimitBytes = wire.MemoryLimitInBytes,
        MemorySwapLimitBytes = wire.MemorySwapLimitInBytes,
        OomScoreAdj = wire.OomScoreAdj,
        CpusetCpus = wire.CpusetCpus,
        CpusetMems = wire.CpusetMems,
        HugepageLimits = [.. wire.HugepageLimits.Select(h => new HugepageLimit(h.PageSize, h.Limit))],
        Unified = wire.Unified.ToImmutableDictionary(),
    };
}
