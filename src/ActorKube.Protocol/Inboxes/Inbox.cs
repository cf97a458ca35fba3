using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace ActorKube.Protocol.Inboxes;

/// <summary>
/// The way into an actor for what comes often, from any thread. One message wakes the actor for however much has come together, so that the price of a message is paid once; and unlike a
/// mailbox, what is left when the actor stops goes back to where it came from instead of to dead letters.
/// </summary>
/// <typeparam name="T">What comes.</typeparam>
/// <param name="wake">Sends the actor a message; it answers with <see cref="Open"/> or <see cref="Take"/>.</param>
/// <param name="giveBack">Told what the actor will never take; null when nobody waits for it.</param>
public sealed class Inbox<T>(Action wake, Action<T>? giveBack = null) where T : class
{
    private readonly ConcurrentQueue<T> _queue = new();
    private int _awake;
    private bool _closed;

    /// <summary>Adds an item and wakes the actor unless it has been woken already.</summary>
    public void Post(T item)
    {
        _queue.Enqueue(item);
        Wake();
    }

    /// <summary>Adds several items that nothing of the same sender comes between.</summary>
    public void Post(ReadOnlySpan<T> items)
    {
        foreach (var item in items)
            _queue.Enqueue(item);
        Wake();
    }

    /// <summary>The actor has been woken and will look: whoever posts from now on wakes it again.</summary>
    public void Open() => Interlocked.Exchange(ref _awake, 0);

    /// <summary>Takes the next item; false when there is none.</summary>
    public bool TryTake([NotNullWhen(true)] out T? item) => _queue.TryDequeue(out item);

    /// <summary>Opens the inbox and takes what is in it, but not more than lets others have their turn: for the rest the actor is woken again.</summary>
    /// <param name="most">Most items to take.</param>
    public IEnumerable<T> Take(int most)
    {
        Open();
        for (var taken = 0; _queue.TryDequeue(out var item); taken++)
        {
            yield return item;
            if (taken + 1 < most)
                continue;
            if (!_queue.IsEmpty)
                Wake();
            yield break;
        }
    }

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
        while (_queue.TryDequeue(out var item))
            giveBack?.Invoke(item);
    }
}
