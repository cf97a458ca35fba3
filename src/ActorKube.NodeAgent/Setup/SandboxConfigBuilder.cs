using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.NodeAgent.Runtimes;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>What is the same for every pod of the node.</summary>
/// <param name="NodeName">Name of the node.</param>
/// <param name="Paths">Where files go.</param>
/// <param name="CgroupRoot">Cgroup below which <c>kubepods</c> goes; empty for the root; null leaves cgroups to the runtime.</param>
/// <param name="SeccompRoot">Directory of local seccomp profiles.</param>
/// <param name="Dns">Name resolution.</param>
/// <param name="Capacity">What the node can give to pods.</param>
internal sealed record NodeSetup(string NodeName, PodPaths Paths, string? CgroupRoot, string SeccompRoot, DnsSettings Dns, NodeCapacity Capacity);

/// <summary>Turns a pod into the configuration of its sandbox.</summary>
internal static class SandboxConfigBuilder
{
    /// <summary>Name of the cgroup of burstable pods.</summary>
    public const string Burstable = "burstable";

    /// <summary>Name of the cgroup of pods that ask for nothing.</summary>
    public const string BestEffort = "besteffort";

    /// <summary>The configuration.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="attempt">How many sandboxes it had before.</param>
    /// <param name="node">The node.</param>
    public static SandboxConfig Build(V1Pod pod, uint attempt, NodeSetup node)
    {
        var meta = pod.Metadata;
        return new SandboxConfig
        {
            Metadata = new SandboxMetadata(meta.Name, meta.NamespaceProperty, meta.Uid, attempt),
            Hostname = Hostname.Of(pod, node.Dns.ClusterDomain).Host,
            LogDirectory = node.Paths.Logs(new ObjectKey(meta.NamespaceProperty, meta.Name), meta.Uid),
            Dns = node.Dns.Of(pod),
            PortMappings = pod.Spec.HostNetwork == true ? [] : Ports(pod.Spec),
            Labels = RuntimeLabels.Sandbox(pod, node.NodeName),
            Annotations = meta.Annotations is { Count: > 0 } annotations ? ImmutableDictionary.CreateRange(annotations) : ImmutableDictionary<string, string>.Empty,
            CgroupParent = node.CgroupRoot is null ? "" : CgroupParent(pod, node.CgroupRoot),
            Sysctls = pod.Spec.SecurityContext?.Sysctls is { Count: > 0 } sysctls
                ? ImmutableDictionary.CreateRange(sysctls.Select(s => KeyValuePair.Create(s.Name.Replace('/', '.'), s.Value)))
                : ImmutableDictionary<string, string>.Empty,
            Security = SecurityBuilder.Sandbox(pod, node.SeccompRoot),
            Overhead = PodResources.Overhead(pod),
            Resources = PodResources.Containers(pod),
        };
    }

    /// <summary>The pod's cgroup: guaranteed pods directly below <c>kubepods</c>, the others below their class.</summary>
    public static string CgroupParent(V1Pod pod, string root) => CgroupParent(QosClasses.Of(pod), pod.Metadata.Uid, root);

    /// <summary>Where the cgroup of a pod may be of which only the uid is known.</summary>
    public static IEnumerable<string> CgroupParents(string uid, string root) => Enum.GetValues<QosClass>().Select(qos => CgroupParent(qos, uid, root));

    private static string CgroupParent(QosClass qos, string uid, string root)
    {
        var part = qos switch
        {
            QosClass.Guaranteed => "",
            QosClass.Burstable => "/" + Burstable,
            _ => "/" + BestEffort,
        };
        return $"{root.TrimEnd('/')}/kubepods{part}/pod{uid}";
    }

    private static ImmutableArray<PortMapping> Ports(V1PodSpec spec) =>
    [
        .. PodResources.SideBySide(spec)
            .SelectMany(c => c.Ports ?? [])
            .Select(p => new PortMapping(Protocol(p.Protocol), p.ContainerPort, p.HostPort ?? 0, p.HostIP ?? "")),
    ];

    private static PortProtocol Protocol(string? protocol) => protocol switch
    {
        null or "" or "TCP" => PortProtocol.Tcp,
        "UDP" => PortProtocol.Udp,
        "SCTP" => PortProtocol.Sctp,
        _ => throw SetupException.Config($"unknown protocol \"{protocol}\""),
    };
}
