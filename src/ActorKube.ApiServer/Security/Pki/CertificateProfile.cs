using System.Net;

namespace ActorKube.ApiServer.Security.Pki;

/// <summary>What a certificate is to say about its holder.</summary>
public sealed record CertificateProfile
{
    /// <summary>Common name: the user name of clients, the name of servers.</summary>
    public required string CommonName { get; init; }

    /// <summary>Organizations: the groups of clients.</summary>
    public IReadOnlyList<string> Organizations { get; init; } = [];

    /// <summary>What the holder may do with it.</summary>
    public required CertificateUsage Usage { get; init; }

    /// <summary>Host names a server answers to.</summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>Addresses a server answers at.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>How long it is valid.</summary>
    public required TimeSpan Lifetime { get; init; }
}

/// <summary>Extended key usages.</summary>
[Flags]
public enum CertificateUsage
{
    /// <summary>None: not a usable profile.</summary>
    None = 0,
    /// <summary>To identify itself to servers.</summary>
    Client = 1,
    /// <summary>To identify itself to clients.</summary>
    Server = 2,
    /// <summary>Both ends of a mutually authenticated connection.</summary>
    Both = Client | Server,
}
