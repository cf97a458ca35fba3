using System.Collections.Immutable;
using V1 = ActorKube.Cri.V1;

namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>Security settings as CRI messages.</summary>
internal static class CriSecurity
{
    // An empty list on the wire means "mask nothing"; the defaults have to be sent. These are upstream's lists for procMount Default.
    private static readonly ImmutableArray<string> DefaultMaskedPaths =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi", "/proc/timer_list",
        "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
    ];

    private static readonly ImmutableArray<string> DefaultReadOnlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    public static V1.LinuxSandboxSecurityContext ToWire(this SandboxSecurity security)
    {
        var wire = new V1.LinuxSandboxSecurityContext
        {
            NamespaceOptions = security.Namespaces.ToWire(),
            RunAsUser = Optional(security.RunAsUser),
            RunAsGroup = Optional(security.RunAsGroup),
            ReadonlyRootfs = security.ReadOnlyRootFileSystem,
            SupplementalGroupsPolicy = security.SupplementalGroupsPolicy.ToWire(),
            Privileged = security.Privileged,
            Seccomp = security.Seccomp?.ToWire(),
            Apparmor = security.AppArmor?.ToWire(),
            SelinuxOptions = security.Selinux?.ToWire(),
        };
        wire.SupplementalGroups.AddRange(security.SupplementalGroups);
        return wire;
    }

    public static V1.LinuxContainerSecurityContext ToWire(this ContainerSecurity security)
    {
        var wire = new V1.LinuxContainerSecurityContext
        {
            NamespaceOptions = security.Namespaces.ToWire(),
            RunAsUser = Optional(security.RunAsUser),
            RunAsUsername = security.RunAsUsername,
            RunAsGroup = Optional(security.RunAsGroup),
            SupplementalGroupsPolicy = security.SupplementalGroupsPolicy.ToWire(),
            Privileged = security.Privileged,
            ReadonlyRootfs = security.ReadOnlyRootFileSystem,
            NoNewPrivs = security.NoNewPrivileges,
            Seccomp = security.Seccomp?.ToWire(),
            Apparmor = security.AppArmor?.ToWire(),
            SelinuxOptions = security.Selinux?.ToWire(),
            Capabilities = new V1.Capability(),
        };
        wire.Capabilities.AddCapabilities.AddRange(security.AddCapabilities);
        wire.Capabilities.DropCapabilities.AddRange(security.DropCapabilities);
        wire.SupplementalGroups.AddRange(security.SupplementalGroups);
        wire.MaskedPaths.AddRange(security.MaskedPaths ?? DefaultMaskedPaths);
        wire.ReadonlyPaths.AddRange(security.ReadOnlyPaths ?? DefaultReadOnlyPaths);
        return wire;
    }

    private static V1.NamespaceOption ToWire(this NamespaceOptions options)
    {
        var wire = new V1.NamespaceOption
        {
            Network = options.Network.ToWire(),
            Pid = options.Pid.ToWire(),
            Ipc = options.Ipc.ToWire(),
            TargetId = options.TargetId,
        };
        if (options.User is { } user)
        {
            wire.UsernsOptions = new V1.UserNamespace { Mode = V1.NamespaceMode.Pod };
            wire.UsernsOptions.Uids.AddRange(user.Uids.Select(ToWire));
            wire.UsernsOptions.Gids.AddRange(user.Gids.Select(ToWire));
        }
        return wire;
    }

    private static V1.IDMapping ToWire(IdMapping mapping) =>
        new() { HostId = mapping.HostId, ContainerId = mapping.ContainerId, Length = mapping.Length };

    private static V1.SecurityProfile ToWire(this SecurityProfile profile) =>
        new() { ProfileType = profile.Kind.ToWire(), LocalhostRef = profile.LocalhostRef };

    private static V1.SELinuxOption ToWire(this SelinuxOptions options) =>
        new() { User = options.User, Role = options.Role, Type = options.Type, Level = options.Level };

    private static V1.Int64Value? Optional(long? value) => value is { } number ? new V1.Int64Value { Value = number } : null;
}
