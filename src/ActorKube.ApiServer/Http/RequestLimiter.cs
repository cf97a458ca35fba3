using ActorKube.Api.Errors;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Http;

/// <summary>
/// Bounds the requests under way, apart for reads and writes, so that a flood is answered 429 rather than with memory. Watches and streams are not counted:
/// they hold no work between events.
/// </summary>
public sealed class RequestLimiter(int maxReads, int maxWrites)
{
    private int _reads;
    private int _writes;

    /// <summary>Counts a request in; dispose the result when it is answered.</summary>
    /// <exception cref="ApiException">429 when too many are under way.</exception>
    public Slot Enter(RequestVerb verb)
    {
        if (verb == RequestVerb.Watch)
            return default;
        var isRead = verb is RequestVerb.Get or RequestVerb.List;
        ref var counter = ref isRead ? ref _reads : ref _writes;
        if (Interlocked.Increment(ref counter) <= (isRead ? maxReads : maxWrites))
            return new Slot(this, isRead);
        Interlocked.Decrement(ref counter);
        throw ApiErrors.TooManyRequests("Too many requests, please try again later.", 1);
    }

    /// <summary>One request under way.</summary>
    public readonly struct Slot : IDisposable
    {
        private readonly RequestLimiter? _limiter;
        private readonly bool _isRead;

        internal Slot(RequestLimiter limiter, bool isRead)
        {
            _limiter = limiter;
            _isRead = isRead;
        }

        /// <summary>Counts the request out.</summary>
        public void Dispose()
        {
            if (_limiter is null)
                return;
            if (_isRead)
                Interlocked.Decrement(ref _limiter._reads);
            else
                Interlocked.Decrement(ref _limiter._writes);
        }
    }
}
