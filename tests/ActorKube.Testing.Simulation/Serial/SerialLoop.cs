namespace ActorKube.Testing.Simulation.Serial;

/// <summary>
/// One thread for everything: whatever was begun on the loop goes on there, in an order that only the seed decides. Where several things could happen next, chance takes one of them, as the
/// thread pool would, but the same one in every run.
/// </summary>
/// <param name="random">Decides what comes next.</param>
public sealed class SerialLoop(Random random) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _strays = new();
    private readonly Lock _gate = new();
    private int _thread;

    /// <summary>Where things came from that another thread posted while the loop ran. With any, runs are not the same.</summary>
    public IReadOnlyCollection<string> Strays => _strays;

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            if (_thread != 0 && Environment.CurrentManagedThreadId != _thread)
                _strays.Enqueue($"{Environment.StackTrace}\n  going on with {state?.GetType()}: {(state as Delegate)?.Target}");
            _ready.Add((d, state));
        }
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Has something happen in a later step.</summary>
    public void Post(Action action) => Post(static state => ((Action)state!)(), action);

    /// <summary>Completes in a later step.</summary>
    public Task Turn()
    {
        var turn = new TaskCompletionSource();
        Post(turn.SetResult);
        return turn.Task;
    }

    /// <summary>Begins work in a later step; its failure ends the run.</summary>
    public void Begin(Func<Task> work) => Post(() => _ = work().ContinueWith(
        task => Post(() => throw new InvalidOperationException("Work on the loop failed.", task.Exception)),
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default));

    /// <summary>Steps on the calling thread until <paramref name="until"/> holds or nothing is left to do at this moment.</summary>
    /// <returns>False when nothing is left to do.</returns>
    public bool Run(Func<bool> until)
    {
        var (context, thread) = (Current, _thread);
        _thread = Environment.CurrentManagedThreadId;
        SetSynchronizationContext(this);
        try
        {
            while (!until())
            {
                if (Take() is not var (callback, state))
                    return false;
                Steps++;
                callback(state);
            }
            return true;
        }
        finally
        {
            SetSynchronizationContext(context);
            _thread = thread;
        }
    }

    private (SendOrPostCallback Callback, object? State)? Take()
    {
        lock (_gate)
        {
            if (_ready.Count == 0)
                return null;
            var index = random.Next(_ready.Count);
            var taken = _ready[index];
            _ready[index] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            return taken;
        }
    }
}
