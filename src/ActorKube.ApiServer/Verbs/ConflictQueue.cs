using ActorKube.Api.Names;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Lets writers that collided over one object take turns. Objects share a fixed number of queues; a needless wait is short and rare, and nothing has to be cleaned up.</summary>
internal sealed class ConflictQueue
{
    private const int Queues = 256;
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Queues).Select(static _ => new SemaphoreSlim(1, 1))];

    /// <summary>True while somebody who was beaten has his turn: who comes anew does better to queue at once.</summary>
    public bool IsBusy(GroupResource resource, ObjectKey key) => Of(resource, key).CurrentCount == 0;

    /// <summary>Waits for one's turn, which lasts until the result is disposed.</summary>
    public async ValueTask<Turn> EnterAsync(GroupResource resource, ObjectKey key, CancellationToken cancel)
    {
        var turn = Of(resource, key);
        await turn.WaitAsync(cancel);
        return new Turn(turn);
    }

    private SemaphoreSlim Of(GroupResource resource, ObjectKey key) => _turns[(uint)HashCode.Combine(resource, key) % Queues];

    /// <summary>One's turn.</summary>
    internal readonly struct Turn(SemaphoreSlim semaphore) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => semaphore.Release();
    }
}
