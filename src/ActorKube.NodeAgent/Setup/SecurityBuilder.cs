using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Pod and container security contexts merged into what the runtime is told. What a container says wins over what its pod says.</summary>
internal static class SecurityBuilder
{
    /// <summary>The security of the pod's sandbox.</summary>
    public static SandboxSecurity Sandbox(V1Pod pod, string seccompRoot)
    {
        var context = pod.Spec.SecurityContext;
        return new SandboxSecurity
        {
            Namespaces = Namespaces(pod),
            RunAsUser = context?.RunAsUser,
            RunAsGroup = context?.RunAsUser is null ? null : context.RunAsGroup,
            SupplementalGroups = Groups(context),
            SupplementalGroupsPolicy = GroupsPolicy(context),
            Privileged = pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).Any(c => c.SecurityContext?.Privileged == true),
            // The sandbox process itself needs nothing; pods that choose a profile keep theirs for it too.
            Seccomp = Seccomp(context?.SeccompProfile, seccompRoot) is { Kind: SecurityProfileKind.Localhost } own ? own : new SecurityProfile(SecurityProfileKind.RuntimeDefault),
            Selinux = Selinux(context?.SeLinuxOptions),
        };
    }

    /// <summary>The security of a container.</summary>
    public static ContainerSecurity Container(V1Pod pod, V1Container container, ImageInfo? image, string seccompRoot)
    {
        var podContext = pod.Spec.SecurityContext;
        var own = container.SecurityContext;
        var user = own?.RunAsUser ?? podContext?.RunAsUser;
        var group = own?.RunAsGroup ?? podContext?.RunAsGroup;
        var privileged = own?.Privileged == true;
        return new ContainerSecurity
        {
            Namespaces = Namespaces(pod),
            RunAsUser = user ?? (group is not null || image?.Uid is not null ? image?.Uid ?? ImageRoot(image) : null),
            RunAsUsername = user is null && image?.Uid is null ? image?.Username ?? "" : "",
            RunAsGroup = group,
            SupplementalGroups = Groups(podContext),
            SupplementalGroupsPolicy = GroupsPolicy(podContext),
            AddCapabilities = Capabilities(own?.Capabilities?.Add),
            DropCapabilities = Capabilities(own?.Capabilities?.Drop),
            Privileged = privileged,
            ReadOnlyRootFileSystem = own?.ReadOnlyRootFilesystem == true,
            NoNewPrivileges = own?.AllowPrivilegeEscalation == false,
            MaskedPaths = privileged || own?.ProcMount == "Unmasked" ? [] : null,
            ReadOnlyPaths = privileged || own?.ProcMount == "Unmasked" ? [] : null,
            Seccomp = privileged ? new SecurityProfile(SecurityProfileKind.Unconfined) : Seccomp(own?.SeccompProfile ?? podContext?.SeccompProfile, seccompRoot),
            AppArmor = AppArmor(own?.AppArmorProfile ?? podContext?.AppArmorProfile),
            Selinux = Selinux(own?.SeLinuxOptions ?? podContext?.SeLinuxOptions),
        };
    }

    /// <summary>Refuses a container that must not run as root but would, or might.</summary>
    /// <exception cref="SetupException">With upstream's message.</exception>
    public static void VerifyNonRoot(V1Pod pod, V1Container container, ImageInfo? image)
    {
        if ((container.SecurityContext?.RunAsNonRoot ?? pod.Spec.SecurityContext?.RunAsNonRoot) != true)
            return;
        var where = $"(pod: \"{pod.Metadata.Name}_{pod.Metadata.NamespaceProperty}({pod.Metadata.Uid})\", container: {container.Name})";
        switch (container.SecurityContext?.RunAsUser ?? pod.Spec.SecurityContext?.RunAsUser)
        {
            case 0:
                throw SetupException.Config($"container's runAsUser breaks non-root policy {where}");
            case not null:
                return;
        }
        if (image is null)
            throw SetupException.Config($"container has runAsNonRoot and the image cannot be looked at {where}");
        if (image.Uid is null && image.Username.Length > 0)
            throw SetupException.Config($"container has runAsNonRoot and image has non-numeric user ({image.Username}), cannot verify user is non-root {where}");
        if (image.Uid is null or 0)
            throw SetupException.Config($"container has runAsNonRoot and image will run as root {where}");
    }

    /// <summary>The namespaces of a pod.</summary>
    public static NamespaceOptions Namespaces(V1Pod pod) => new()
    {
        Network = pod.Spec.HostNetwork == true ? NamespaceMode.Node : NamespaceMode.Pod,
        Pid = pod.Spec.HostPID == true ? NamespaceMode.Node : pod.Spec.ShareProcessNamespace == true ? NamespaceMode.Pod : NamespaceMode.Container,
        Ipc = pod.Spec.HostIPC == true ? NamespaceMode.Node : NamespaceMode.Pod,
    };

    // CRI wants a user with every group; an image that names none runs as root.
    private static long? ImageRoot(ImageInfo? image) => image is { Username.Length: > 0 } ? null : 0;

    private static ImmutableArray<long> Groups(V1PodSecurityContext? context)
    {
        if (context is null)
            return [];
        var groups = ImmutableArray.CreateBuilder<long>();
        if (context.FsGroup is { } fsGroup)
            groups.Add(fsGroup);
        foreach (var group in context.SupplementalGroups ?? [])
            if (group is { } g)
                groups.Add(g);
        return groups.ToImmutable();
    }

    private static SupplementalGroupsPolicy GroupsPolicy(V1PodSecurityContext? context) => context?.SupplementalGroupsPolicy switch
    {
        null or "" or "Merge" => SupplementalGroupsPolicy.Merge,
        "Strict" => SupplementalGroupsPolicy.Strict,
        var other => throw SetupException.Config($"unknown supplementalGroupsPolicy \"{other}\""),
    };

    private static ImmutableArray<string> Capabilities(IList<string>? names) =>
        names is null ? [] : [.. names.Select(n => n.StartsWith("CAP_", StringComparison.OrdinalIgnoreCase) ? n[4..] : n)];

    private static SecurityProfile? Seccomp(V1SeccompProfile? profile, string root) => profile?.Type switch
    {
        null => null,
        "RuntimeDefault" => new SecurityProfile(SecurityProfileKind.RuntimeDefault),
        "Unconfined" => new SecurityProfile(SecurityProfileKind.Unconfined),
        "Localhost" => new SecurityProfile(SecurityProfileKind.Localhost, LocalProfile(root, profile.LocalhostProfile)),
        var other => throw SetupException.Config($"unknown seccomp profile type \"{other}\""),
    };

    private static string LocalProfile(string root, string? profile)
    {
        var path = Path.GetFullPath(Path.Combine(root, profile ?? ""));
        return !string.IsNullOrEmpty(profile) && path.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal)
            ? path
            : throw SetupException.Config($"invalid seccomp localhostProfile \"{profile}\"");
    }

    private static SecurityProfile? AppArmor(V1AppArmorProfile? profile) => profile?.Type switch
    {
        null => null,
        "RuntimeDefault" => new SecurityProfile(SecurityProfileKind.RuntimeDefault),
        "Unconfined" => new SecurityProfile(SecurityProfileKind.Unconfined),
        "Localhost" => new SecurityProfile(SecurityProfileKind.Localhost, profile.LocalhostProfile ?? ""),
        var other => throw SetupException.Config($"unknown AppArmor profile type \"{other}\""),
    };

    private static SelinuxOptions? Selinux(V1SELinuxOptions? options) =>
        options is null ? null : new SelinuxOptions(options.User ?? "", options.Role ?? "", options.Type ?? "", options.Level ?? "");
}
