using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Security.Pki;

/// <summary>Renews a server's certificates while it runs.</summary>
internal sealed class PkiRenewal(ClusterPki pki, TimeProvider time, ILogger log)
{
    // At the end of the authority's life every certificate is due at once.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(10);
    private readonly RenewalLoop _loop = new("this server", time, log);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            var soonest = time.GetUtcNow() + ShortestPause;
            await _loop.OnceAsync(pki.RenewalTime > soonest ? pki.RenewalTime : soonest, pki.End, Renew, cancel);
        }
    }

    private Task Renew(CancellationToken cancel)
    {
        pki.Renew();
        return Task.CompletedTask;
    }
}
