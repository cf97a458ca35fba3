using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace ActorKube.ApiServer.Hosting;

/// <summary>How the HTTP edge listens and what it bounds.</summary>
public sealed record GatewayOptions
{
    /// <summary>Address to listen on.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Port to listen on; 0 takes a free one.</summary>
    public required int Port { get; init; }

    /// <summary>The certificate to show, asked for at every handshake so that a renewed one is used at once.</summary>
    public required Func<X509Certificate2> Certificate { get; init; }

    /// <summary>Reads under way at once; more are answered 429. Upstream's default is 400.</summary>
    public int MaxReadsInFlight { get; init; } = 400;

    /// <summary>Writes under way at once; more are answered 429. Upstream's default is 200.</summary>
    public int MaxWritesInFlight { get; init; } = 200;

    /// <summary>Connections at once; more are closed.</summary>
    public long MaxConnections { get; init; } = 10_000;

    /// <summary>How long open requests may go on when the server stops.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
