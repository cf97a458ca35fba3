using System.Threading.Channels;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Protocol.Store;
using ActorKube.Store.Actors;
using ActorKube.Store.Hosting;
using ActorKube.Store.Views;
using ActorKube.Store.Writing;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.Time.Testing;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Cluster;

/// <summary>What a replica does when the stream from its owner ends.</summary>
public sealed class ReplicaStreamTests : IAsyncDisposable
{
    private static readonly ResourceId Pods = ResourceId.Parse("root//pods");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system = ActorSystem.Create("replica", ConfigurationFactory.ParseString(
        """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
        """));

    private readonly FakeTimeProvider _time = new();
    private readonly Channel<object> _heard = Channel.CreateUnbounded<object>();
    private readonly StoreServices _services;

    public ReplicaStreamTests() => _services = StoreServices.For(JournalChoice.PostgreSql("Host=nowhere"), StoreOptions.From(_system.Settings.Config), _time, _system);

    public async ValueTask DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task An_owner_that_was_asked_twice_and_begins_a_second_stream_is_not_asked_again()
    {
        var (replica, owner) = Start();
        var first = _system.ActorOf(Props.Empty);
        Assert.IsType<SubscribeReplica>(await HeardAsync());

        replica.Tell(new ReplicaHead(0), first);
        var ended = first.WatchAsync();
        _system.Stop(first);
        await ended.WaitAsync(Limit, TestContext.Current.CancellationToken);
        // Answered after what lies before it, the news of the end included.
        for (var i = 0; i < 2; i++)
            await replica.Ask<ActorIdentity>(new Identify(i), Limit, TestContext.Current.CancellationToken);
        replica.Tell(new ReplicaHead(0), owner);
        Assert.IsType<ReplicaAck>(await HeardAsync());

        // One that ends with no other behind it is asked for anew.
        var last = _system.ActorOf(Props.Empty);
        replica.Tell(new ReplicaHead(0), last);
        _system.Stop(last);
        var asked = HeardAsync();
        while (!asked.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        Assert.IsType<SubscribeReplica>(await asked);
    }

    [Fact]
    public async Task A_second_stream_that_repeats_what_the_first_has_brought_is_taken_up_where_it_goes_on()
    {
        var (replica, owner) = Start();
        var first = _system.ActorOf(Props.Empty);
        Assert.IsType<SubscribeReplica>(await HeardAsync());

        replica.Tell(new ReplicaCopy(5, 0, true, []), first);
        replica.Tell(new ReplicaEvents(5, 7, [Removal(6), Removal(7)]), first);
        replica.Tell(new ReplicaEvents(5, 8, [Removal(6), Removal(7), Removal(8)]), owner);
        Assert.IsType<ReplicaAck>(await HeardAsync());
        replica.Tell(new ReplicaEvents(9, 10, [Removal(10)]), owner);
        Assert.Equal(8, Assert.IsType<SubscribeReplica>(await HeardAsync()).After);
    }

    [Fact]
    public async Task A_head_beyond_what_has_come_is_a_loss_and_what_is_missing_is_asked_for()
    {
        var (replica, owner) = await FollowingAsync(5);
        replica.Tell(new ReplicaHead(5), owner);
        Assert.IsType<ReplicaAck>(await HeardAsync());
        replica.Tell(new ReplicaHead(6), owner);
        Assert.Equal(5, Assert.IsType<SubscribeReplica>(await HeardAsync()).After);
    }

    [Fact]
    public async Task A_copy_with_a_part_missing_is_asked_for_again()
    {
        var (replica, owner) = Start();
        Assert.IsType<SubscribeReplica>(await HeardAsync());
        replica.Tell(new ReplicaCopy(5, 0, false, [Json("a", 2)]), owner);
        Assert.IsType<ReplicaAck>(await HeardAsync());
        replica.Tell(new ReplicaCopy(5, 2, true, [Json("c", 4)]), owner);
        Assert.Equal(0, Assert.IsType<SubscribeReplica>(await HeardAsync()).After);
        Assert.False(_services.Directory.TryGet(Pods, out _), "Half a copy was shown.");
    }

    [Fact]
    public async Task A_stream_that_falls_silent_is_taken_for_dead_after_three_seconds()
    {
        var (replica, owner) = await FollowingAsync(5);
        for (var second = 0; second < 6; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            replica.Tell(new ReplicaHead(5), owner);
            Assert.IsType<ReplicaAck>(await HeardAsync());
        }
        _time.Advance(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        await AnsweredAsync(replica);
        Assert.False(_heard.Reader.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, Assert.IsType<SubscribeReplica>(await HeardAsync()).After);
    }

    [Fact]
    public async Task What_comes_twice_is_in_the_history_once()
    {
        var (replica, _) = await FollowingAsync(5);
        var second = _system.ActorOf(Props.Create(() => new Listener(_heard.Writer)));
        replica.Tell(new ReplicaEvents(5, 7, [Change("a", 6), Change("b", 7)]), second);
        Assert.IsType<ReplicaAck>(await HeardAsync());
        replica.Tell(new ReplicaEvents(5, 8, [Change("a", 6), Change("b", 7), Change("c", 8)]), second);
        Assert.IsType<ReplicaAck>(await HeardAsync());
        var view = View();
        Assert.Equal((8, 3), (view.Cut.Revision, view.Cut.Count));
        Assert.Equal(["a", "b"], view.At(7).Range(null, null).Select(static o => o.Key.Name));
        // Shown again it would take readers back for a moment.
        var revisions = new List<long>();
        for (var history = view.History.After(5)!; history.Peek() is { } item; history.Advance())
            revisions.Add(item.Revision);
        Assert.Equal([6, 7, 8], revisions);
    }

    [Fact]
    public async Task The_result_of_a_write_is_told_when_its_effect_can_be_read_here()
    {
        var (replica, owner) = await FollowingAsync(5);
        var write = Post();
        var forwarded = Assert.IsType<ForwardWrites>(await HeardAsync());
        replica.Tell(new ForwardedResults(forwarded.Batch, [new ForwardedResult(WriteFate.Decided, WriteOutcome.Committed, 6, default)]), owner);
        await AnsweredAsync(replica);
        Assert.False(write.Result.IsCompleted);

        replica.Tell(new ReplicaEvents(5, 6, [Change("new", 6)]), owner);
        Assert.Equal(6, (await write.Result.WaitAsync(Limit, TestContext.Current.CancellationToken))?.Revision);
        Assert.NotNull(View().Cut.Find(Key("new")));
    }

    [Fact]
    public async Task A_write_that_an_owner_never_answered_may_have_happened()
    {
        await FollowingAsync(5);
        var write = Post();
        Assert.IsType<ForwardWrites>(await HeardAsync());
        for (var second = 0; second < 20; second++)
            _time.Advance(TimeSpan.FromSeconds(1));
        var failure = await Assert.ThrowsAsync<ApiException>(() => write.Result.WaitAsync(Limit, TestContext.Current.CancellationToken));
        Assert.Equal((504, StatusReason.Timeout), (failure.Status.Code, failure.Status.Reason));
    }

    private static ReplicaChange Change(string name, long revision) => new(revision, DateTimeOffset.UnixEpoch, null, Json(name, revision));

    private static ReadOnlyMemory<byte> Json(string name, long revision) => Content(Key(name)).At(revision);

    private ResourceView View() => _services.Directory.TryGet(Pods, out var access) ? access.View : throw new InvalidOperationException("There is no replica.");

    private SingleWrite Post()
    {
        var write = new SingleWrite(Create("new"));
        Assert.True(_services.Directory.TryGet(Pods, out var access));
        access.Inbox.Post(write);
        return write;
    }

    /// <summary>A replica that is complete at a revision.</summary>
    private async Task<(IActorRef Replica, IActorRef Owner)> FollowingAsync(long revision)
    {
        var (replica, owner) = Start();
        Assert.IsType<SubscribeReplica>(await HeardAsync());
        replica.Tell(new ReplicaCopy(revision, 0, true, []), owner);
        Assert.IsType<ReplicaAck>(await HeardAsync());
        return (replica, owner);
    }

    // What was sent to it before has been dealt with.
    private static Task<ActorIdentity> AnsweredAsync(IActorRef replica) => replica.Ask<ActorIdentity>(new Identify(0), Limit, TestContext.Current.CancellationToken);

    private static ReplicaChange Removal(long revision) => new(revision, DateTimeOffset.UnixEpoch, new ObjectKey("default", "gone"), default);

    /// <summary>A replica whose region, and whose second stream, are one actor: so it is known in which order it speaks to them.</summary>
    private (IActorRef Replica, IActorRef Owner) Start()
    {
        var owner = _system.ActorOf(Props.Create(() => new Listener(_heard.Writer)));
        return (_system.ActorOf(ReplicaActor.Props(Pods, _services, owner)), owner);
    }

    private async Task<object> HeardAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        return await _heard.Reader.ReadAsync(limit.Token);
    }

    private sealed class Listener : UntypedActor
    {
        private readonly ChannelWriter<object> _heard;

        public Listener(ChannelWriter<object> heard) => _heard = heard;

        protected override void OnReceive(object message) => _heard.TryWrite(message);
    }
}
