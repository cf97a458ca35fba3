using ActorKube.Protocol.Store;
using ActorKube.Api.Objects;
using ActorKube.Store.Views;
using ActorKube.Store.Watching;
using Akka.Actor;

namespace ActorKube.Store.Actors;

/// <summary>
/// Streams one resource from its owner to the replica of one other process: a full copy where the window does not reach back, then every change. Each message
/// says which revision it follows, and the head is announced every second, so that the replica notices any loss, the last message's included.
/// Lives under the resource actor and goes with it or with the replica.
/// </summary>
internal sealed class ReplicaFeed : UntypedActor
{
    /// <summary>Bytes of objects in one message: far below remoting's frame size unless a single object is larger.</summary>
    private const int PartSize = 256 << 10;

    /// <summary>Messages that may be on their way unacknowledged.</summary>
    private const int MaxUnacknowledged = 16;

    private static readonly TimeSpan HeadInterval = TimeSpan.FromSeconds(1);

    private readonly ResourceView _view;
    private readonly IActorRef _replica;
    private readonly TimeProvider _time;
    private ResourceWatch? _watch;
    private IEnumerator<StoredObject>? _copy;
    private ITimer? _timer;
    private int _part;
    private long _sentTo;
    private long _sent;
    private long _received;
    private bool _waiting;

    public ReplicaFeed(ResourceView view, IActorRef replica, long after, TimeProvider time)
    {
        _view = view;
        _replica = replica;
        _time = time;
        _sentTo = after;
    }

    public static Props Props(ResourceView view, IActorRef replica, long after, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new ReplicaFeed(view, replica, after, time));

    protected override void PreStart()
    {
        Context.Watch(_replica);
        var cut = _view.Cut;
        if (_sentTo == 0 || _sentTo > cut.Revision || _view.History.After(_sentTo) is null)
        {
            _sentTo = cut.Revision;
            _copy = cut.Range(null, null).GetEnumerator();
        }
        _watch = _view.Watch(_sentTo, ObjectFilter.All);
        var self = Self;
        _timer = _time.CreateTimer(_ => self.Tell(Tick.Instance, ActorRefs.NoSender), null, HeadInterval, HeadInterval);
        Announce();
        Send();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case News:
                _waiting = false;
                Send();
                break;
            case ReplicaAck ack:
                _received = Math.Max(_received, ack.Received);
                Send();
                break;
            case Tick:
                Announce();
                break;
            case Ended or Terminated:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _timer?.Dispose();
        _watch?.Dispose();
        _copy?.Dispose();
    }

    // While a copy is on its way the replica has nothing to compare the head with.
    private void Announce()
    {
        if (_copy is null)
            _replica.Tell(new ReplicaHead(_sentTo));
    }

    private void Send()
    {
        // The watch has one reader: while it is being waited for there is nothing to read.
        while (!_waiting && _sent - _received < MaxUnacknowledged && NextPart() is { } part)
        {
            _replica.Tell(part);
            _sent++;
        }
        if (_waiting || _sent - _received >= MaxUnacknowledged)
            return;
        _waiting = true;
        _ = _watch!.WaitAsync(CancellationToken.None).AsTask().PipeTo(
            Self, success: more => more ? News.Instance : Ended.Instance, failure: _ => Ended.Instance);
    }

    private object? NextPart() => _copy is null ? NextChanges() : NextCopyPart(_copy);

    private ReplicaCopy NextCopyPart(IEnumerator<StoredObject> copy)
    {
        var objects = new List<ReadOnlyMemory<byte>>();
        var more = true;
        for (var size = 0; size < PartSize && (more = copy.MoveNext()); size += copy.Current.Json.Length)
            objects.Add(copy.Current.Json);
        if (!more)
        {
            copy.Dispose();
            _copy = null;
        }
        return new ReplicaCopy(_sentTo, _part++, !more, objects);
    }

    private ReplicaEvents? NextChanges()
    {
        var changes = new List<ReplicaChange>();
        var previous = _sentTo;
        for (var size = 0; size < PartSize && _watch!.TryRead(out var change);)
        {
            var removed = change.Type == ChangeType.Deleted;
            changes.Add(new ReplicaChange(change.Revision, _time.GetUtcNow(), removed ? change.Object.Key : null, removed ? default : change.Object.Json));
            size += removed ? 100 : change.Object.Json.Length;
            _sentTo = change.Revision;
        }
        return changes.Count == 0 ? null : new ReplicaEvents(previous, _sentTo, changes);
    }

    private sealed class News : INoSerializationVerificationNeeded
    {
        public static readonly object Instance = new News();
    }

    private sealed class Ended : INoSerializationVerificationNeeded
    {
        public static readonly object Instance = new Ended();
    }

    private sealed class Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }
}
