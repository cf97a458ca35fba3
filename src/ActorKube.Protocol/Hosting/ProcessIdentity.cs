using System.Security.Cryptography.X509Certificates;

namespace ActorKube.Protocol.Hosting;

/// <summary>How a process proves to others that it belongs to the cluster, and how it checks them.</summary>
/// <param name="Certificate">Certificate with private key, for both ends of a connection.</param>
/// <param name="IsTrusted">Whether a peer's certificate is one of the cluster's processes and valid now. Called at every handshake.</param>
public sealed record ProcessIdentity(X509Certificate2 Certificate, Func<X509Certificate2, bool> IsTrusted);
