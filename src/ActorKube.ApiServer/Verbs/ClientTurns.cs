using ActorKube.Api.Names;

namespace ActorKube.ApiServer.Verbs;

/// <summary>
/// Lets clients that were beaten over an object have their answers one after the other. Whoever is told 409 reads again and tries again at once; when all losers of a
/// round are told together, they read the same state and all but one lose again. So the next one is told when the object has come to rest, or when the one before
/// him has had time enough: his next try then meets at most one other. Objects share a fixed number of lines; a needless wait is short and rare, and nothing has to be
/// cleaned up.
/// </summary>
internal sealed class ClientTurns(TimeProvider time)
{
    /// <summary>How long the next one waits for somebody who does not try again. Longer than a read and a write usually take.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// How long an object has to stay as it is before the next one is told. Whoever has changed it and wants to change it again does so within this time, and would
    /// meet him: two who read and write in turns cost each other every other try.
    /// </summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(2);

    /// <summary>Most who wait in a line; beyond it answers are given at once. With <see cref="Length"/> it bounds the wait.</summary>
    public const int Longest = 32;

    private const int Lines = 256;
    private readonly Line[] _lines = [.. Enumerable.Range(0, Lines).Select(_ => new Line(time))];

    /// <summary>Completes when it is the beaten one's turn to know.</summary>
    public async Task WaitAsync(GroupResource resource, ObjectKey key, CancellationToken cancel)
    {
        if (Of(resource, key).Join() is not { } turn)
            return;
        await using var leaving = cancel.UnsafeRegister(static (waiting, token) => ((TaskCompletionSource)waiting!).TrySetCanceled(token), turn);
        await turn.Task;
    }

    /// <summary>The object has changed: whoever had his turn has used it, or was beaten again, and the next one comes when nobody goes on.</summary>
    public void Changed(GroupResource resource, ObjectKey key) => Of(resource, key).Changed();

    private Line Of(GroupResource resource, ObjectKey key) => _lines[(uint)HashCode.Combine(resource, key) % Lines];

    private sealed class Line
    {
        private readonly TimeProvider _time;
        private readonly Queue<TaskCompletionSource> _waiting = new();
        private readonly Lock _lock = new();
        private readonly ITimer _timer;
        private bool _taken;
        private long _begun;

        public Line(TimeProvider time)
        {
            _time = time;
            _timer = time.CreateTimer(static line => ((Line)line!).Next(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        /// <summary>Null: it is one's turn at once, or there are too many to wait for.</summary>
        public TaskCompletionSource? Join()
        {
            lock (_lock)
            {
                if (_waiting.Count == Longest)
                    return null;
                if (!_taken)
                {
                    Begin();
                    return null;
                }
                var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue(turn);
                return turn;
            }
        }

        public void Changed()
        {
            // Nearly always nobody has been beaten lately, and a look without the lock says so: one who takes the line meanwhile has his turn from now on.
            if (!Volatile.Read(ref _taken))
                return;
            lock (_lock)
            {
                var left = Length - _time.GetElapsedTime(_begun);
                if (_waiting.Count == 0 || left <= TimeSpan.Zero)
                    Next();
                else
                    _timer.Change(left < Rest ? left : Rest, Timeout.InfiniteTimeSpan);
            }
        }

        private void Next()
        {
            lock (_lock)
            {
                while (_waiting.TryDequeue(out var next))
                {
                    if (!next.TrySetResult())
                        continue;
                    Begin();
                    return;
                }
                _taken = false;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        private void Begin()
        {
            _taken = true;
            _begun = _time.GetTimestamp();
            _timer.Change(Length, Timeout.InfiniteTimeSpan);
        }
    }
}
