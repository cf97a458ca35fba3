using System.Security.Cryptography.X509Certificates;
using ActorKube.NodeAgent.Node;

namespace ActorKube.NodeAgent.Server;

/// <summary>One node behind an HTTPS server.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Certificate">Its serving certificate with key, asked for at every handshake.</param>
/// <param name="Gate">Lets its callers in.</param>
/// <param name="Logs">Its containers' logs.</param>
/// <param name="Board">Its pods.</param>
internal sealed record ServedNode(string Name, Func<X509Certificate2> Certificate, Gatekeeper Gate, ContainerLogs Logs, PodBoard Board);
