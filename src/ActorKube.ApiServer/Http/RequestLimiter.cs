using System.Collections.Concurrent;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Http;

/// <summary>
/// Bounds the requests under way, apart for reads and writes, so that a flood is answered 429 rather than with memory. Watches hold no work between events but they do
/// hold memory: they are bounded for each user.
/// </summary>
public sealed class RequestLimiter(int maxReads, int maxWrites, int maxWatchesPerUser)
{
    private readonly ConcurrentDictionary<string, Counter> _watches = new(StringComparer.Ordinal);
    private readonly Counter _reads = new();
    private readonly Counter _writes = new();

    /// <summary>Reads under way.</summary>
    public int Reads => _reads.Value;

    /// <summary>Writes under way.</summary>
    public int Writes => _writes.Value;

    /// <summary>Open watches.</summary>
    public int Watches => _watches.Values.Sum(static w => w.Value);

    /// <summary>Counts a request in; dispose the result when it is answered.</summary>
    /// <exception cref="ApiException">429 when too many are under way.</exception>
    public Slot Enter(RequestVerb verb, UserInfo user) => verb switch
    {
        RequestVerb.Watch => EnterWatch(user.Name),
        RequestVerb.Get or RequestVerb.List => Enter(_reads, maxReads),
        _ => Enter(_writes, maxWrites),
    };

    // Users come and go: who has no watch open is forgotten. Somebody who comes at that very moment is counted a little too kindly.
    private Slot EnterWatch(string user) =>
        Enter(_watches.GetOrAdd(user, static _ => new Counter()), maxWatchesPerUser) with { Empty = counter => _watches.TryRemove(KeyValuePair.Create(user, counter)) };

    private static Slot Enter(Counter counter, int limit)
    {
        if (counter.Add(1) <= limit)
            return new Slot(counter);
        counter.Add(-1);
        throw ApiErrors.TooManyRequests("Too many requests, please try again later.", 1);
    }

    /// <summary>One request under way.</summary>
    public readonly record struct Slot : IDisposable
    {
        private readonly Counter _counter;

        internal Slot(Counter counter) => _counter = counter;

        internal Action<Counter>? Empty { get; init; }

        /// <summary>Counts the request out.</summary>
        public void Dispose()
        {
            if (_counter.Add(-1) == 0)
                Empty?.Invoke(_counter);
        }
    }

    internal sealed class Counter
    {
        private int _value;

        public int Value => Volatile.Read(ref _value);

        public int Add(int change) => Interlocked.Add(ref _value, change);
    }
}
