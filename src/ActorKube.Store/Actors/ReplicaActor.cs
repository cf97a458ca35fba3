using ActorKube.Api.Objects;
using ActorKube.Protocol.Inboxes;
using ActorKube.Protocol.Store;
using ActorKube.Store.Objects;
using ActorKube.Store.Views;
using ActorKube.Store.Watching;
using ActorKube.Store.Writing;
using Akka.Actor;
using Akka.Cluster;

namespace ActorKube.Store.Actors;

/// <summary>
/// Keeps this process's copy of a resource that another process owns, and carries writes and questions there. Subscribes again, from where it is, whenever the
/// stream has a gap, falls silent or the owner goes; steps aside when the owner comes to live here.
/// </summary>
internal sealed class ReplicaActor : UntypedActor
{
    /// <summary>Seconds without any message after which the stream is taken for dead; the head comes every second.</summary>
    private const int SilenceLimit = 3;

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    /// <summary>When the next owner is asked for after the last one's process was removed: the region has heard of it by then as well, and keeps the question until there is an owner.</summary>
    private static readonly TimeSpan SearchDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// When a new stream is asked for after the last one has ended. An owner that was asked twice ends the first stream and begins the second: whoever asked again for the sake of the first would end
    /// the second, and so on.
    /// </summary>
    private static readonly TimeSpan SecondStreamDelay = TimeSpan.FromMilliseconds(100);

    private readonly ResourceId _id;
    private readonly StoreServices _services;
    private readonly IActorRef _region;
    private readonly RemoteCalls _calls;
    private ResourceAccess? _access;
    private ObjectTree _objects = ObjectTree.Empty;
    private long _revision;
    private List<StoredObject>? _copy;
    private int _copyParts;
    private IActorRef? _feed;
    private IActorRef? _formerFeed;
    private long _received;
    private int _silence;
    private ITimer? _timer;
    private ITimer? _search;

    public ReplicaActor(ResourceId id, StoreServices services, IActorRef region)
    {
        _id = id;
        _services = services;
        _region = region;
        _calls = new RemoteCalls(id.ToString(), region, Self);
    }

    public static Props Props(ResourceId id, StoreServices services, IActorRef region) =>
        Akka.Actor.Props.Create(() => new ReplicaActor(id, services, region));

    protected override void PreStart()
    {
        var self = Self;
        _timer = _services.Time.CreateTimer(_ => self.Tell(Tick.Instance, ActorRefs.NoSender), null, TickInterval, TickInterval);
        _search = _services.Time.CreateTimer(_ => self.Tell(Search.Instance, ActorRefs.NoSender), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Cluster.Get(Context.System).Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberRemoved));
        Subscribe();
    }

    protected override void PostStop()
    {
        Cluster.Get(Context.System).Unsubscribe(Self);
        _timer?.Dispose();
        _search?.Dispose();
        Leave();
        _calls.Close();
    }

    protected override void OnReceive(object message)
    {
        if (!TakeStream(message) && !TakeCall(message) && !TakeSign(message))
            Unhandled(message);
    }

    // What the owner sends.
    private bool TakeStream(object message)
    {
        switch (message)
        {
            // What a stream that was given up had on its way says nothing about the new one.
            case ReplicaEvents or ReplicaCopy or ReplicaHead when Sender.Equals(_formerFeed):
                return true;
            case ReplicaEvents events:
                Follow(Sender);
                _received++;
                TakeEvents(events);
                return true;
            case ReplicaCopy copy:
                Follow(Sender);
                _received++;
                TakeCopy(copy);
                return true;
            case ReplicaHead head:
                Follow(Sender);
                if (head.Revision > _revision && _copy is null)
                    Subscribe();
                else
                    Acknowledge();
                return true;
            default:
                return false;
        }
    }

    // Writes and questions of this process, and what the owner answers.
    private bool TakeCall(object message)
    {
        switch (message)
        {
            case InboxFilled:
                if (_access is not null)
                    _calls.Forward(_access.Inbox);
                return true;
            case ReadsWaiting:
                if (_access is not null)
                    _calls.Ask(_access.Barrier!);
                return true;
            case ForwardedResults results:
                _calls.Take(results, _revision);
                return true;
            case RevisionIs answer:
                _calls.Take(answer);
                return true;
            default:
                return false;
        }
    }

    // What tells whether the owner is still there, and where the next one is.
    private bool TakeSign(object message)
    {
        switch (message)
        {
            case Tick:
                _calls.Age(_access);
                if (++_silence >= SilenceLimit || _feed is null)
                    Subscribe();
                return true;
            case Search:
                if (_feed is null)
                    Subscribe();
                return true;
            case ClusterEvent.MemberRemoved removed:
                _calls.Gone(removed.Member.Address);
                if (_feed is null)
                    _search?.Change(SearchDelay, Timeout.InfiniteTimeSpan);
                return true;
            case Terminated gone:
                if (gone.ActorRef.Equals(_feed))
                {
                    LoseFeed();
                    _search?.Change(SecondStreamDelay, Timeout.InfiniteTimeSpan);
                }
                return true;
            case OwnerIsLocal:
                Context.Stop(Self);
                return true;
            default:
                return false;
        }
    }

    private void Subscribe()
    {
        _silence = 0;
        LoseFeed();
        _region.Tell(new SubscribeReplica(_id.ToString(), _access is null ? 0 : _revision));
    }

    private void LoseFeed()
    {
        _copy = null;
        if (_feed is not null)
        {
            Context.Unwatch(_feed);
            _formerFeed = _feed;
        }
        _feed = null;
        _calls.Pause();
    }

    /// <summary>A new sender is a new feed; its parts are counted from the beginning.</summary>
    private void Follow(IActorRef sender)
    {
        _silence = 0;
        if (sender.Equals(_feed))
            return;
        if (_feed is not null)
            Context.Unwatch(_feed);
        _feed = sender;
        _received = 0;
        Context.Watch(sender);
        if (_access is not null)
            _calls.Resume(sender.Path.Address, _access);
    }

    private void Acknowledge() => _feed?.Tell(new ReplicaAck(_received));

    private void TakeCopy(ReplicaCopy part)
    {
        if (part.Index == 0)
        {
            _copy = [];
            _copyParts = 0;
        }
        if (_copy is null || part.Index != _copyParts)
        {
            Subscribe();
            return;
        }
        _copyParts++;
        _copy.AddRange(part.Objects.Select(StoredObject.Parse));
        if (part.Last)
            StartOver(ObjectTree.FromSorted(_copy), part.Revision);
        Acknowledge();
    }

    /// <summary>What lies between the old state and the new one is unknown: watches end, their clients resume or list again.</summary>
    private void StartOver(ObjectTree objects, long revision)
    {
        Leave();
        _copy = null;
        _objects = objects;
        _revision = revision;
        var self = Self;
        var view = new ResourceView(_services.Options.History, _services.Options.WatchQueue);
        view.Reset(objects, revision);
        view.Open();
        _access = new ResourceAccess(
            view,
            new Inbox<PendingWrite>(() => self.Tell(InboxFilled.Instance, ActorRefs.NoSender), static write => write.Lose(mayHaveHappened: false)),
            new ReadBarrier(() => self.Tell(ReadsWaiting.Instance, ActorRefs.NoSender)));
        _services.Directory.AddReplica(_id, _access);
        _calls.Reached(revision);
        _calls.Resume(_feed!.Path.Address, _access);
    }

    private void TakeEvents(ReplicaEvents events)
    {
        if (events.Revision <= _revision)
        {
            Acknowledge();
            return;
        }
        if (_access is null || events.Previous > _revision)
        {
            Subscribe();
            return;
        }
        // A second stream begins where the replica was when it asked: what the first one has brought since comes again.
        foreach (var change in events.Changes.Where(c => c.Revision > _revision))
            _access.View.Publish(Apply(change, out var seen), change.Revision, seen);
        _revision = events.Revision;
        _calls.Reached(_revision);
        Acknowledge();
    }

    private ObjectTree Apply(in ReplicaChange change, out HistoryEvent? seen)
    {
        StoredObject? previous;
        var current = change.Removed is null ? StoredObject.Parse(change.Json) : null;
        _objects = current is null ? _objects.Remove(change.Removed!.Value, out previous) : _objects.Set(current, out previous);
        seen = current is null && previous is null ? null : new HistoryEvent(change.Revision, previous, current, change.At);
        return _objects;
    }

    private void Leave()
    {
        if (_access is not { } access)
            return;
        _access = null;
        _services.Directory.Remove(_id, access);
        access.Close();
    }

    private sealed class Search : INoSerializationVerificationNeeded
    {
        public static readonly Search Instance = new();
    }

    private sealed class Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }
}
