using System.Collections.Immutable;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>
/// Which kernel parameters pods may set: upstream's safe ones, which change nothing outside of the pod, and what the node allows beside them. A pod that asks for another is rejected.
/// </summary>
internal static class SysctlRules
{
    private const string Ipc = "ipc";
    private const string Network = "net";

    private static readonly ImmutableDictionary<string, string> Safe = new Dictionary<string, string>
    {
        ["kernel.shm_rmid_forced"] = Ipc,
        ["net.ipv4.ip_local_port_range"] = Network,
        ["net.ipv4.tcp_syncookies"] = Network,
        ["net.ipv4.ping_group_range"] = Network,
        ["net.ipv4.ip_unprivileged_port_start"] = Network,
        ["net.ipv4.ip_local_reserved_ports"] = Network,
        ["net.ipv4.tcp_keepalive_time"] = Network,
        ["net.ipv4.tcp_fin_timeout"] = Network,
        ["net.ipv4.tcp_keepalive_intvl"] = Network,
        ["net.ipv4.tcp_keepalive_probes"] = Network,
        ["net.ipv4.tcp_rmem"] = Network,
        ["net.ipv4.tcp_wmem"] = Network,
    }.ToImmutableDictionary();

    // Which of the node's namespaces an unsafe parameter would belong to.
    private static readonly (string Prefix, string Namespace)[] Prefixes =
        [("kernel.shm", Ipc), ("kernel.msg", Ipc), ("kernel.sem", Ipc), ("fs.mqueue.", Ipc), ("net.", Network)];

    /// <summary>Why the pod may not run; null when it may.</summary>
    /// <param name="spec">The pod.</param>
    /// <param name="allowed">Names that the node allows; a star at the end stands for any ending.</param>
    public static string? Refusal(V1PodSpec spec, ImmutableArray<string> allowed)
    {
        foreach (var sysctl in spec.SecurityContext?.Sysctls ?? [])
        {
            var name = sysctl.Name.Replace('/', '.');
            if (!Safe.ContainsKey(name) && !allowed.Any(a => Matches(a, name)))
                return $"forbidden sysctl: \"{name}\" not allowlisted";
            if ((Namespace(name) == Network && spec.HostNetwork == true) || (Namespace(name) == Ipc && spec.HostIPC == true))
                return $"forbidden sysctl: \"{name}\" not allowed with host {Namespace(name)} enabled";
        }
        return null;
    }

    private static bool Matches(string pattern, string name) => pattern.Replace('/', '.') switch
    {
        [.. var prefix, '*'] => name.StartsWith(prefix, StringComparison.Ordinal),
        var whole => name == whole,
    };

    private static string Namespace(string name) =>
        Safe.GetValueOrDefault(name) ?? Prefixes.FirstOrDefault(p => name.StartsWith(p.Prefix, StringComparison.Ordinal)).Namespace ?? "";
}
