using System.Globalization;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Running;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Security.Nodes;

/// <summary>
/// Removes the Leases of agents that got a node and never registered it. Upstream's kubelet makes none before its Node is there to own it; ours is older than the Node, because it says whose the node is. All servers
/// do so, and the first one has done it.
/// </summary>
/// <param name="claims">Knows which Leases are silent.</param>
/// <param name="client">A client in <c>system:masters</c>.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told of rounds that failed.</param>
internal sealed partial class AbandonedLeases(NodeClaims claims, IResourceClient client, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Removes them until cancelled.</summary>
    public Task RunAsync(CancellationToken cancel) => new RepeatedWork(new BackoffPolicy(Interval, Interval), time, (failure, _) => LogFailed(log, failure.Message))
        .RunAsync(SweepAsync, stop => Task.Delay(Interval, time, stop), cancel);

    /// <summary>Removes those that there are now.</summary>
    internal async Task SweepAsync(CancellationToken cancel)
    {
        foreach (var lease in claims.Ownerless())
            try
            {
                if (await client.FindAsync(new ObjectAddress(WellKnownResources.Nodes, "", lease.Key.Name), cancel) is null)
                    await client.DeleteAsync(NodeClaims.Address(lease.Key.Name), new DeleteOptions { ResourceVersion = lease.Revision.ToString(CultureInfo.InvariantCulture) }, cancel);
            }
            catch (ApiException e) when (e.Is(StatusReason.Conflict) || e.Is(StatusReason.NotFound))
            {
                // Somebody has the node again, or another server was faster.
            }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Leases of agents that never registered their node could not be removed; trying on: {Why}")]
    private static partial void LogFailed(ILogger log, string why);
}
