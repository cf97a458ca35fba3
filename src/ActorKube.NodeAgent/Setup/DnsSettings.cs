using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>What the agent knows of name resolution.</summary>
/// <param name="ClusterServers">Addresses of the cluster's DNS; empty when there is none.</param>
/// <param name="ClusterDomain">The cluster's domain.</param>
/// <param name="Host">The node's own resolv.conf.</param>
internal sealed record DnsSettings(ImmutableArray<string> ClusterServers, string ClusterDomain, DnsConfig Host)
{
    private const int MostServers = 3;
    private const int MostSearches = 32;

    /// <summary>Whether a pod that wants the cluster's DNS gets the node's instead, because there is none.</summary>
    public bool FallsBack(V1Pod pod) => ClusterServers.IsEmpty && !Host.Servers.IsEmpty && WantsCluster(pod);

    /// <summary>The resolv.conf of a pod.</summary>
    public DnsConfig Of(V1Pod pod)
    {
        var config = pod.Spec.DnsPolicy == "None" ? new DnsConfig([], [], [])
            : WantsCluster(pod) && !ClusterServers.IsEmpty ? Cluster(pod.Metadata.NamespaceProperty)
            : Host;
        return pod.Spec.DnsConfig is { } own ? Merge(config, own) : config;
    }

    /// <summary>Reads a resolv.conf.</summary>
    public static DnsConfig Parse(string text)
    {
        var servers = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<string> searches = [];
        ImmutableArray<string> options = [];
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(['#', ';'])[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2)
                continue;
            switch (words[0])
            {
                case "nameserver":
                    servers.Add(words[1]);
                    break;
                case "search":
                    searches = [.. words[1..].Select(w => w == "." ? w : w.TrimEnd('.'))];
                    break;
                case "options":
                    options = [.. options, .. words[1..]];
                    break;
            }
        }
        return new DnsConfig(servers.ToImmutable(), searches, options);
    }

    private static bool WantsCluster(V1Pod pod) => pod.Spec.DnsPolicy switch
    {
        null or "" or "ClusterFirst" => pod.Spec.HostNetwork != true,
        "ClusterFirstWithHostNet" => true,
        "Default" or "None" => false,
        var other => throw SetupException.Config($"invalid DNSPolicy={other}"),
    };

    private DnsConfig Cluster(string ns) => new(
        ClusterServers,
        [.. new[] { $"{ns}.svc.{ClusterDomain}", $"svc.{ClusterDomain}", ClusterDomain }.Concat(Host.Searches).Distinct().Take(MostSearches)],
        ["ndots:5"]);

    private static DnsConfig Merge(DnsConfig config, V1PodDNSConfig own)
    {
        var options = new OrderedDictionary<string, string>();
        foreach (var option in config.Options)
            options[option.Split(':')[0]] = option;
        foreach (var option in own.Options ?? [])
            options[option.Name] = string.IsNullOrEmpty(option.Value) ? option.Name : $"{option.Name}:{option.Value}";
        return new DnsConfig(
            [.. config.Servers.Concat(own.Nameservers ?? []).Distinct().Take(MostServers)],
            [.. config.Searches.Concat(own.Searches ?? []).Distinct().Take(MostSearches)],
            [.. options.Values]);
    }
}
