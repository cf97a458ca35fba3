using System.Threading.Channels;
using ActorKube.Api.Names;
using ActorKube.Protocol.Store;
using ActorKube.Store.Actors;
using ActorKube.Store.Hosting;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.Store.Tests.Cluster;

/// <summary>What a replica does when the stream from its owner ends.</summary>
public sealed class ReplicaStreamTests : IAsyncDisposable
{
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

    private static ReplicaChange Removal(long revision) => new(revision, DateTimeOffset.UnixEpoch, new ObjectKey("default", "gone"), default);

    /// <summary>A replica whose region, and whose second stream, are one actor: so it is known in which order it speaks to them.</summary>
    private (IActorRef Replica, IActorRef Owner) Start()
    {
        var owner = _system.ActorOf(Props.Create(() => new Listener(_heard.Writer)));
        var services = StoreServices.For(JournalChoice.PostgreSql("Host=nowhere"), StoreOptions.From(_system.Settings.Config), _time, _system);
        return (_system.ActorOf(ReplicaActor.Props(ResourceId.Parse("root//pods"), services, owner)), owner);
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
