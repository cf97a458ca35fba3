using System.Net;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Running;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Pipeline.Servers;

/// <summary>
/// This server among the servers of the cluster: renews its Lease, and publishes the servers whose leases live behind the <c>kubernetes</c> service. All servers do so; they come to
/// the same result. One that stops takes itself out.
/// </summary>
/// <param name="client">A client in <c>system:masters</c>.</param>
/// <param name="server">Where pods reach this server.</param>
/// <param name="holder">Identity of this process.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="log">Told of renewals that failed.</param>
internal sealed partial class ServerPresence(IResourceClient client, IPEndPoint server, string holder, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(ServerLease.DurationSeconds / 3);
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(2);

    private readonly LiveServers _servers = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _renewing = Task.CompletedTask;
    private volatile string? _failure;

    /// <summary>Why the lease could not be renewed the last time; null when it could.</summary>
    public string? Failure => _failure;

    /// <summary>Is published when this is over, and renewed from then on.</summary>
    public async Task EnterAsync(CancellationToken cancel)
    {
        await RenewAsync(cancel);
        _renewing = KeepAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        var hasEntered = _renewing != Task.CompletedTask;
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        if (!hasEntered)
            return;
        using var limit = new CancellationTokenSource(LeaveLimit, time);
        // Who cannot take leave is missed by the others soon enough.
        await LeaveAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Renews the lease and publishes whoever lives.</summary>
    internal async Task RenewAsync(CancellationToken cancel)
    {
        var lease = ServerLease.Content(server, holder, Dns.GetHostName().ToLowerInvariant(), time.GetUtcNow()).Encode();
        await client.PatchOrCreateAsync(Address(ServerLease.NameOf(server)), lease, () => new(lease), cancel);
        var (alive, dead) = _servers.Observe(await LeasesAsync(cancel));
        foreach (var missing in dead)
            await RemoveAsync(missing, cancel);
        await PublishAsync(alive, cancel);
        _failure = null;
    }

    private async Task KeepAsync()
    {
        await PauseAsync(_stop.Token);
        // Others count looks, and so does this server (see LiveServers): none may come sooner than the interval, and later ones would be missed.
        var work = new RepeatedWork(new BackoffPolicy(Interval, Interval), time, (failure, _) => Failed(failure.Message));
        await work.RunAsync(RenewAsync, PauseAsync, _stop.Token);
    }

    private void Failed(string why)
    {
        _failure = why;
        LogNotRenewed(log, why);
    }

    private Task PauseAsync(CancellationToken cancel) => Task.Delay(Interval, time, cancel);

    private async Task LeaveAsync(CancellationToken cancel)
    {
        await client.DeleteAsync(Address(ServerLease.NameOf(server)), null, cancel);
        await PublishAsync([.. (await LeasesAsync(cancel)).Where(l => !l.Server.Equals(server))], cancel);
    }

    private async Task<IReadOnlyList<ServerLease>> LeasesAsync(CancellationToken cancel)
    {
        var list = await client.ListAsync(WellKnownResources.Leases, ServerLease.Namespace, new ListOptions { LabelSelector = ServerLease.LabelSelector }, cancel);
        return [.. list.Items.Select(ServerLease.Read).OfType<ServerLease>()];
    }

    private async Task RemoveAsync(ServerLease lease, CancellationToken cancel)
    {
        try
        {
            await client.DeleteAsync(Address(lease.Name), new DeleteOptions { ResourceVersion = lease.ResourceVersion }, cancel);
        }
        catch (ApiException e) when (e.Is(StatusReason.Conflict) || e.Is(StatusReason.NotFound))
        {
            // It lives after all, or another server was faster.
        }
    }

    private Task PublishAsync(IReadOnlyList<ServerLease> alive, CancellationToken cancel) =>
        new PublishServers([.. alive.Select(l => l.Server).OrderBy(s => s.ToString(), StringComparer.Ordinal)]).RunAsync(client, cancel);

    private static ObjectAddress Address(string name) => new(WellKnownResources.Leases, ServerLease.Namespace, name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This server could not renew its lease, by which others know that it lives; trying on: {Why}")]
    private static partial void LogNotRenewed(ILogger log, string why);
}
