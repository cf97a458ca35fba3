using V1 = ActorKube.Cri.V1;

namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>The enumerations of the seam and of the wire, one to one.</summary>
internal static class CriEnums
{
    public static V1.NamespaceMode ToWire(this NamespaceMode mode) => mode switch
    {
        NamespaceMode.Pod => V1.NamespaceMode.Pod,
        NamespaceMode.Container => V1.NamespaceMode.Container,
        NamespaceMode.Node => V1.NamespaceMode.Node,
        NamespaceMode.Target => V1.NamespaceMode.Target,
        _ => throw Unknown(mode),
    };

    public static NamespaceMode FromWire(this V1.NamespaceMode mode) => mode switch
    {
        V1.NamespaceMode.Pod => NamespaceMode.Pod,
        V1.NamespaceMode.Container => NamespaceMode.Container,
        V1.NamespaceMode.Node => NamespaceMode.Node,
        V1.NamespaceMode.Target => NamespaceMode.Target,
        _ => throw Unknown(mode),
    };

    public static V1.SecurityProfile.Types.ProfileType ToWire(this SecurityProfileKind kind) => kind switch
    {
        SecurityProfileKind.RuntimeDefault => V1.SecurityProfile.Types.ProfileType.RuntimeDefault,
        SecurityProfileKind.Unconfined => V1.SecurityProfile.Types.ProfileType.Unconfined,
        SecurityProfileKind.Localhost => V1.SecurityProfile.Types.ProfileType.Localhost,
        _ => throw Unknown(kind),
    };

    public static V1.SupplementalGroupsPolicy ToWire(this SupplementalGroupsPolicy policy) => policy switch
    {
        SupplementalGroupsPolicy.Merge => V1.SupplementalGroupsPolicy.Merge,
        SupplementalGroupsPolicy.Strict => V1.SupplementalGroupsPolicy.Strict,
        _ => throw Unknown(policy),
    };

    public static V1.Protocol ToWire(this PortProtocol protocol) => protocol switch
    {
        PortProtocol.Tcp => V1.Protocol.Tcp,
        PortProtocol.Udp => V1.Protocol.Udp,
        PortProtocol.Sctp => V1.Protocol.Sctp,
        _ => throw Unknown(protocol),
    };

    public static V1.MountPropagation ToWire(this MountPropagation propagation) => propagation switch
    {
        MountPropagation.Private => V1.MountPropagation.PropagationPrivate,
        MountPropagation.HostToContainer => V1.MountPropagation.PropagationHostToContainer,
        MountPropagation.Bidirectional => V1.MountPropagation.PropagationBidirectional,
        _ => throw Unknown(propagation),
    };

    public static MountPropagation FromWire(this V1.MountPropagation propagation) => propagation switch
    {
        V1.MountPropagation.PropagationPrivate => MountPropagation.Private,
        V1.MountPropagation.PropagationHostToContainer => MountPropagation.HostToContainer,
        V1.MountPropagation.PropagationBidirectional => MountPropagation.Bidirectional,
        _ => throw Unknown(propagation),
    };

    public static V1.PodSandboxState ToWire(this SandboxState state) => state switch
    {
        SandboxState.Ready => V1.PodSandboxState.SandboxReady,
        SandboxState.NotReady => V1.PodSandboxState.SandboxNotready,
        _ => throw Unknown(state),
    };

    public static SandboxState FromWire(this V1.PodSandboxState state) => state switch
    {
        V1.PodSandboxState.SandboxReady => SandboxState.Ready,
        V1.PodSandboxState.SandboxNotready => SandboxState.NotReady,
        _ => throw Unknown(state),
    };

    public static V1.ContainerState ToWire(this ContainerState state) => state switch
    {
        ContainerState.Created => V1.ContainerState.ContainerCreated,
        ContainerState.Running => V1.ContainerState.ContainerRunning,
        ContainerState.Exited => V1.ContainerState.ContainerExited,
        ContainerState.Unknown => V1.ContainerState.ContainerUnknown,
        _ => throw Unknown(state),
    };

    public static ContainerState FromWire(this V1.ContainerState state) => state switch
    {
        V1.ContainerState.ContainerCreated => ContainerState.Created,
        V1.ContainerState.ContainerRunning => ContainerState.Running,
        V1.ContainerState.ContainerExited => ContainerState.Exited,
        V1.ContainerState.ContainerUnknown => ContainerState.Unknown,
        _ => throw Unknown(state),
    };

    private static RuntimeException Unknown<T>(T value) where T : struct, Enum =>
        new(RuntimeErrorKind.Unknown, $"{typeof(T).Name} {value} is unknown");
}
