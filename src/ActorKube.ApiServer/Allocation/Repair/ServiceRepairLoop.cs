using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Recording;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Allocation.Repair;

/// <summary>Repairs reservations again and again, and tells people under the names of upstream's two repair controllers.</summary>
internal sealed class ServiceRepairLoop : IAsyncDisposable
{
    private readonly ReservationRepair _repair;
    private readonly EventRecorder _addresses;
    private readonly EventRecorder _ports;
    private readonly PeriodicTimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Runs until disposed, the first time at once.</summary>
    /// <param name="repair">Does it.</param>
    /// <param name="client">Writes events.</param>
    /// <param name="interval">How often.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="suffix">Gives the unique ends of event names.</param>
    public ServiceRepairLoop(ReservationRepair repair, IResourceClient client, TimeSpan interval, TimeProvider time, Func<string> suffix)
    {
        _repair = repair;
        _addresses = new EventRecorder(client, "ipallocator-repair-controller", time, suffix);
        _ports = new EventRecorder(client, "portallocator-repair-controller", time, suffix);
        _timer = new PeriodicTimer(interval, time);
        _running = RunAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _timer.Dispose();
        _stop.Dispose();
        await _addresses.DisposeAsync();
        await _ports.DisposeAsync();
    }

    private async Task RunAsync()
    {
        do
            try
            {
                await _repair.RunAsync(ResourceId.RootWorkspace, Record, _stop.Token);
            }
            catch (ApiException)
            {
                // The store is out of reach; the next round finds whatever this one would have.
            }
        while (await _timer.WaitForNextTickAsync(_stop.Token));
    }

    private void Record(GroupResource resource, EventSpec told) => (resource == Reservations.Addresses ? _addresses : _ports).Record(told);
}
