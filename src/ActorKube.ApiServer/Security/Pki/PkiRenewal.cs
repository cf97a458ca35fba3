using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Security.Pki;

/// <summary>Renews a server's certificates while it runs.</summary>
internal sealed class PkiRenewal(ClusterPki pki, TimeProvider time, ILogger log)
{
    private readonly RenewalLoop _loop = new("this server", time, log);

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancel) => _loop.RunAsync(() => (pki.RenewalTime, pki.End), pki.Renew, cancel);
}
