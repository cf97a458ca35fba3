using ActorKube.Protocol.Inboxes;
using ActorKube.Store.Writing;

namespace ActorKube.Store.Views;

/// <summary>How this process reaches a resource: its own actor, or a replica with a way to the owner. Ends when the resource moves.</summary>
/// <param name="View">What to read.</param>
/// <param name="Inbox">Where to write.</param>
/// <param name="Barrier">How a consistent read learns the revision it has to see; null when <paramref name="View"/> is always current.</param>
internal sealed record ResourceAccess(ResourceView View, Inbox<PendingWrite> Inbox, ReadBarrier? Barrier)
{
    /// <summary>Ends the watches in good order and gives back what waits.</summary>
    public void Close()
    {
        Inbox.Close();
        Barrier?.Close();
        View.Close();
    }
}
