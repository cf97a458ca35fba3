using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Running;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Allocation.Repair;

/// <summary>Repairs reservations again and again, those of addresses as soon as somebody takes them away, and tells people under the names of upstream's two repair controllers.</summary>
internal sealed partial class ServiceRepairLoop : IAsyncDisposable
{
    private readonly EventRecorder _addresses;
    private readonly EventRecorder _ports;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Runs until disposed, the first time at once.</summary>
    /// <param name="repair">Does it.</param>
    /// <param name="watch">Knows when it cannot wait.</param>
    /// <param name="client">Writes events.</param>
    /// <param name="interval">How often.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="log">Told when a round fails; the next one finds whatever this one would have.</param>
    public ServiceRepairLoop(ReservationRepair repair, AddressWatch watch, IResourceClient client, TimeSpan interval, TimeProvider time, ILogger log)
    {
        _addresses = new EventRecorder(client, new EventSource("ipallocator-repair-controller"), time);
        _ports = new EventRecorder(client, new EventSource("portallocator-repair-controller"), time);
        var work = new RepeatedWork(new BackoffPolicy(interval, interval), time, (failure, _) => LogNotRepaired(log, failure));
        _running = Task.WhenAll(
            watch.RunAsync(_stop.Token),
            work.RunAsync(stop => repair.RunAsync(ResourceId.RootWorkspace, Record, stop), stop => watch.WaitAsync(interval, stop), _stop.Token));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        await _addresses.DisposeAsync();
        await _ports.DisposeAsync();
    }

    private void Record(GroupResource resource, EventSpec told) => (resource == Reservations.Addresses ? _addresses : _ports).Record(told);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Addresses and ports of services could not be compared with those that are reserved; trying on")]
    private static partial void LogNotRepaired(ILogger log, Exception failure);
}
