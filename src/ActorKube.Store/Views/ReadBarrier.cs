namespace ActorKube.Store.Views;

/// <summary>
/// Collects the consistent reads of one resource that wait for the owner's revision, so that one question serves them all. A read joins the question that has not
/// been sent yet: an answer to an earlier one could be older than the read.
/// </summary>
internal sealed class ReadBarrier(Action wake)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<long>? _waiting;
    private bool _closed;

    /// <summary>The revision that the read has to see.</summary>
    /// <exception cref="OperationCanceledException">The actor stopped; look for the resource again.</exception>
    public Task<long> Join()
    {
        bool first;
        TaskCompletionSource<long> waiting;
        lock (_lock)
        {
            first = _waiting is null;
            waiting = _waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_closed)
                waiting.TrySetCanceled();
        }
        if (first)
            wake();
        return waiting.Task;
    }

    /// <summary>The reads that the next question is for; null when there are none.</summary>
    public TaskCompletionSource<long>? Take()
    {
        lock (_lock)
        {
            var waiting = _waiting;
            _waiting = null;
            return waiting;
        }
    }

    /// <summary>Nobody will answer any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _waiting?.TrySetCanceled();
        }
    }
}
