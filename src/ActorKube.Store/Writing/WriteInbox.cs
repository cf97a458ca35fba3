using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace ActorKube.Store.Writing;

/// <summary>
/// The way for writes of this process into a resource actor of this process. One message wakes the actor for however many writes have come together;
/// and unlike a mailbox, what is left when the actor stops goes back to its callers instead of to dead letters.
/// </summary>
internal sealed class WriteInbox(Action wake)
{
    private readonly ConcurrentQueue<PendingWrite> _queue = new();
    private int _awake;
    private bool _closed;

    public void Post(PendingWrite write)
    {
        _queue.Enqueue(write);
        Wake();
    }

    public void Post(ReadOnlySpan<PendingWrite> writes)
    {
        foreach (var write in writes)
            _queue.Enqueue(write);
        Wake();
    }

    /// <summary>The actor has been woken and will look: whoever posts from now on wakes it again.</summary>
    public void Open() => Interlocked.Exchange(ref _awake, 0);

    public bool TryTake([NotNullWhen(true)] out PendingWrite? write) => _queue.TryDequeue(out write);

    /// <summary>The actor stops: gives everything back, now and from now on.</summary>
    public void Close()
    {
        Volatile.Write(ref _closed, true);
        Interlocked.MemoryBarrier();
        GiveBack();
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _awake, 1) == 0)
            wake();
        if (Volatile.Read(ref _closed))
            GiveBack();
    }

    private void GiveBack()
    {
        while (_queue.TryDequeue(out var write))
            write.Lose(mayHaveHappened: false);
    }
}
