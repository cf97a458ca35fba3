using System.Net;

namespace ActorKube.ApiServer.Security.Pki;

/// <summary>How long keys live and under which names the API server is reached (HOCON <c>actorkube.security.pki</c>).</summary>
public sealed record PkiOptions
{
    /// <summary>Life of the two authorities.</summary>
    public TimeSpan AuthorityLifetime { get; init; } = TimeSpan.FromDays(3650);

    /// <summary>Life of every certificate they issue.</summary>
    public TimeSpan CertificateLifetime { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Domain of the cluster's services.</summary>
    public string ClusterDomain { get; init; } = "cluster.local";

    /// <summary>Host name of the machine.</summary>
    public required string HostName { get; init; }

    /// <summary>Further names the API server is reached by.</summary>
    public IReadOnlyList<string> ExtraDnsNames { get; init; } = [];

    /// <summary>Addresses of the machine, of the <c>kubernetes</c> service and any other that clients use.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>All names of the API server's serving certificate.</summary>
    public IReadOnlyList<string> ServingDnsNames =>
    [
        "kubernetes", "kubernetes.default", "kubernetes.default.svc", $"kubernetes.default.svc.{ClusterDomain}", "localhost", HostName, .. ExtraDnsNames,
    ];

    /// <summary>All addresses of the API server's serving certificate.</summary>
    public IReadOnlyList<IPAddress> ServingAddresses => [IPAddress.Loopback, IPAddress.IPv6Loopback, .. Addresses];
}
