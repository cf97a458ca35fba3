using System.Text;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>The <c>/etc/hosts</c> that the agent manages for a pod.</summary>
internal static class HostsFile
{
    private const string Header = "# Kubernetes-managed hosts file.\n";
    private const string HostHeader = "# Kubernetes-managed hosts file (host network).\n";

    /// <summary>The file of a pod with its own network.</summary>
    public static string ForPod(IReadOnlyList<string> podIps, Hostname hostname, IEnumerable<V1HostAlias>? aliases)
    {
        var text = new StringBuilder(Header);
        text.Append("127.0.0.1\tlocalhost\n");
        text.Append("::1\tlocalhost ip6-localhost ip6-loopback\n");
        text.Append("fe00::0\tip6-localnet\n");
        text.Append("fe00::0\tip6-mcastprefix\n");
        text.Append("fe00::1\tip6-allnodes\n");
        text.Append("fe00::2\tip6-allrouters\n");
        foreach (var ip in podIps)
            text.Append(ip).Append('\t').Append(hostname.Domain.Length > 0 ? $"{hostname.Short}.{hostname.Domain}\t{hostname.Short}" : hostname.Host).Append('\n');
        Append(text, aliases);
        return text.ToString();
    }

    /// <summary>The file of a pod on the node's network: the node's own, with the aliases added.</summary>
    public static string ForHost(string hostFile, IEnumerable<V1HostAlias>? aliases)
    {
        var text = new StringBuilder(HostHeader).Append(hostFile);
        Append(text, aliases);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IEnumerable<V1HostAlias>? aliases)
    {
        var first = true;
        foreach (var alias in aliases ?? [])
        {
            if (first)
                text.Append("\n# Entries added by HostAliases.\n");
            first = false;
            text.Append(alias.Ip).Append('\t').Append(string.Join('\t', alias.Hostnames ?? [])).Append('\n');
        }
    }
}
