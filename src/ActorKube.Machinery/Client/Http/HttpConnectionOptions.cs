using System.Security.Cryptography.X509Certificates;

namespace ActorKube.Machinery.Client.Http;

/// <summary>Where an API server is and how to be somebody there.</summary>
public sealed record HttpConnectionOptions
{
    /// <summary>Root of the API, for example <c>https://10.0.0.1:6443</c>.</summary>
    public required Uri Server { get; init; }

    /// <summary>Authorities that may vouch for the server; empty: those that the machine trusts.</summary>
    public IReadOnlyList<X509Certificate2> Authorities { get; init; } = [];

    /// <summary>Client certificate with its private key; null when a token is used.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Bearer token; null when a certificate is used.</summary>
    public ITokenSource? Token { get; init; }

    /// <summary>What this program calls itself; the part before the slash is its field manager.</summary>
    public string UserAgent { get; init; } = "actorkube";

    /// <summary>How long a request that is not a watch may take; afterwards its outcome counts as unknown.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
