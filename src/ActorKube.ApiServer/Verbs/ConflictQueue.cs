using ActorKube.Api.Names;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Lets writers that collided over one object take turns. Objects share a fixed number of queues; a needless wait is short and rare, and nothing has to be cleaned up.</summary>
/// <remarks>Not made of semaphores: who waits for one with a token goes on outside its own context, and simulations live in theirs.</remarks>
internal sealed class ConflictQueue
{
    private const int Queues = 256;
    private readonly Line[] _lines = [.. Enumerable.Range(0, Queues).Select(static _ => new Line())];

    /// <summary>True while somebody who was beaten has his turn: who comes anew does better to queue at once.</summary>
    public bool IsBusy(GroupResource resource, ObjectKey key) => Of(resource, key).IsTaken;

    /// <summary>Waits for one's turn, which lasts until the result is disposed.</summary>
    public async ValueTask<Turn> EnterAsync(GroupResource resource, ObjectKey key, CancellationToken cancel)
    {
        var line = Of(resource, key);
        if (line.Join() is { } turn)
        {
            await using var leaving = cancel.UnsafeRegister(static (waiting, token) => ((TaskCompletionSource)waiting!).TrySetCanceled(token), turn);
            await turn.Task;
        }
        return new Turn(line);
    }

    private Line Of(GroupResource resource, ObjectKey key) => _lines[(uint)HashCode.Combine(resource, key) % Queues];

    /// <summary>One's turn.</summary>
    internal readonly struct Turn(Line line) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => line.Next();
    }

    /// <summary>Those who wait for one of the queues.</summary>
    internal sealed class Line
    {
        private readonly Queue<TaskCompletionSource> _waiting = new();
        private readonly Lock _lock = new();
        private bool _taken;

        public bool IsTaken => Volatile.Read(ref _taken);

        /// <summary>Null: it is one's turn at once.</summary>
        public TaskCompletionSource? Join()
        {
            lock (_lock)
            {
                if (!_taken)
                {
                    Volatile.Write(ref _taken, true);
                    return null;
                }
                var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue(turn);
                return turn;
            }
        }

        /// <summary>The turn goes to the next one who still waits.</summary>
        public void Next()
        {
            lock (_lock)
            {
                while (_waiting.TryDequeue(out var next))
                    if (next.TrySetResult())
                        return;
                Volatile.Write(ref _taken, false);
            }
        }
    }
}
