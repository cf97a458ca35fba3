namespace ActorKube.Store.Views;

/// <summary>Reads that wait for a revision to arrive. Released by the watch pump, so that the writer never meets the lock.</summary>
internal sealed class RevisionWaiters
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<TaskCompletionSource, long> _waiting = new();
    private bool _closed;

    /// <summary>A task that completes once <see cref="Release"/> has been called with this revision or a later one; cancelled by <see cref="Close"/>.</summary>
    public Task WaitFor(long revision, Func<long> current)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_closed)
                waiter.TrySetCanceled();
            else
                _waiting.Enqueue(waiter, revision);
        }
        // Looked at again after joining: the revision may have arrived in between.
        Release(current());
        return waiter.Task;
    }

    /// <summary>The revisions will not come from here any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            while (_waiting.TryDequeue(out var waiter, out _))
                waiter.TrySetCanceled();
        }
    }

    public void Release(long revision)
    {
        lock (_lock)
            while (_waiting.TryPeek(out var waiter, out var wanted) && wanted <= revision)
            {
                _waiting.Dequeue();
                waiter.TrySetResult();
            }
    }
}
