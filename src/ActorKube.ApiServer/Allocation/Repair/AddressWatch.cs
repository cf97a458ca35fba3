using System.Threading.Channels;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Security;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Allocation.Repair;

/// <summary>
/// Notices at once that somebody has taken away or changed the reservation of an address that a service uses: until it is put right, another service could get that address. The allocator itself
/// changes no reservation, and takes one away only when no service uses it.
/// </summary>
/// <param name="store">Where reservations and services are.</param>
/// <param name="workspace">The workspace.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="log">Told when the reservations cannot be followed.</param>
internal sealed class AddressWatch(IResourceStore store, string workspace, TimeProvider time, ILogger log)
{
    private static readonly GroupResource Services = new("", "services");

    private const int MostSuspects = 1024;

    // Null stands for whatever may have happened unseen.
    private readonly Channel<StoredObject?> _suspects = Channel.CreateBounded<StoredObject?>(MostSuspects);
    private int _overflowed;

    /// <summary>Follows the reservations until cancelled.</summary>
    public Task RunAsync(CancellationToken cancel) =>
        new ResourceFeed(store, new ResourceId(workspace, Reservations.Addresses), time, log).RunAsync(_ => Suspect(null), Note, cancel);

    /// <summary>Waits until there may be something to repair; not longer than a time.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var rest = Task.Delay(longest, time, over.Token);
        try
        {
            do
            {
                if (await Task.WhenAny(rest, _suspects.Reader.WaitToReadAsync(over.Token).AsTask()) == rest)
                    break;
            }
            while (!await IsMissedAsync(cancel));
        }
        finally
        {
            await over.CancelAsync();
        }
        cancel.ThrowIfCancellationRequested();
    }

    private void Note(ResourceChange change)
    {
        if (change.Type != ChangeType.Added)
            Suspect(change.Type == ChangeType.Deleted ? change.Object : null);
    }

    // Where more has happened than can be looked at one by one, everything is looked at.
    private void Suspect(StoredObject? reservation)
    {
        if (!_suspects.Writer.TryWrite(reservation))
            Interlocked.Exchange(ref _overflowed, 1);
    }

    // All that have come together cost one look.
    private async Task<bool> IsMissedAsync(CancellationToken cancel)
    {
        var (gone, unseen) = (new List<StoredObject>(), false);
        while (_suspects.Reader.TryRead(out var suspect))
            if (suspect is null)
                unseen = true;
            else if (Reservations.IsOfService(suspect))
                gone.Add(suspect);
        unseen |= Interlocked.Exchange(ref _overflowed, 0) == 1;
        if (unseen || gone.Count == 0)
            return unseen;
        try
        {
            // Mostly the services went first, and this process knows; only what looks amiss is worth asking about.
            return await UseAsync(gone, ReadAt.Any, cancel) && await UseAsync(gone, ReadAt.Latest, cancel);
        }
        catch (ApiException)
        {
            return true;
        }
    }

    private async Task<bool> UseAsync(List<StoredObject> gone, ReadAt at, CancellationToken cancel)
    {
        var services = await store.ReadAsync(new ResourceId(workspace, Services), at, cancel);
        return gone.Exists(g => services.Find(Reservations.OwnerOf(g)) is { } owner && ServiceSpec.Of(owner).Address == g.Key.Name);
    }
}
