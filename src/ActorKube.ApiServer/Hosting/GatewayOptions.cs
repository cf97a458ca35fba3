using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace ActorKube.ApiServer.Hosting;

/// <summary>How the HTTP edge listens.</summary>
public sealed record GatewayOptions
{
    /// <summary>Address to listen on.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Port to listen on; 0 takes a free one.</summary>
    public required int Port { get; init; }

    /// <summary>The certificate to show, asked for at every handshake so that a renewed one is used at once.</summary>
    public required Func<X509Certificate2> Certificate { get; init; }

    /// <summary>What it bounds.</summary>
    public GatewayLimits Limits { get; init; } = new();

    /// <summary>How long open requests may go on when the server stops.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
