using ActorKube.Api.Names;
using ActorKube.Store.Resources;
using Akka.Actor;

namespace ActorKube.Store.Actors;

/// <summary>Wakes a resource actor when the next of its objects expires.</summary>
internal sealed class ExpiryClock(TimeProvider time, IActorRef actor)
{
    /// <summary>Longest single wait: timers cannot be set much further ahead than some weeks.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private ITimer? _timer;
    private DateTimeOffset? _armedFor;

    public ExpirySchedule Schedule { get; } = new();

    public void Start(ResourceState state)
    {
        Schedule.Reset(state);
        Arm();
    }

    public void Add(ObjectKey key, Expiry expiry, ResourceState state)
    {
        Schedule.Add(key, expiry, state);
        if (_armedFor is null || expiry.At < _armedFor)
            Arm();
    }

    /// <summary>Sets the timer to the next expiry.</summary>
    public void Arm()
    {
        _armedFor = Schedule.Next;
        if (_armedFor is not { } at)
            return;
        var wait = at - time.GetUtcNow();
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
        _timer ??= time.CreateTimer(static state => ((IActorRef)state!).Tell(Due.Instance, ActorRefs.NoSender), actor, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    public void Stop() => _timer?.Dispose();

    /// <summary>Something may have expired.</summary>
    internal sealed class Due : INoSerializationVerificationNeeded
    {
        public static readonly Due Instance = new();
    }
}
