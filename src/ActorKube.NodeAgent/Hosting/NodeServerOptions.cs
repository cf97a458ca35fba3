using System.Security.Cryptography.X509Certificates;

namespace ActorKube.NodeAgent.Hosting;

/// <summary>What the agent's HTTPS server needs beyond its settings.</summary>
/// <param name="Certificate">The serving certificate with its key, asked for at every handshake so that it can be renewed.</param>
/// <param name="ClientAuthorities">Authorities whose client certificates are believed.</param>
public sealed record NodeServerOptions(Func<X509Certificate2> Certificate, X509Certificate2Collection ClientAuthorities);
