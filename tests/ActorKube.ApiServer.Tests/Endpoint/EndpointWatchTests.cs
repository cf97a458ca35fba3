using System.Threading.Channels;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint;
using Akka.Actor;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.ApiServer.Tests.Endpoint;

public sealed class EndpointWatchTests
{
    private static readonly WatchOptions From = new() { ResourceVersion = "1" };

    [Fact]
    public async Task Every_event_arrives_in_order()
    {
        await using var bench = new EndpointBench();
        var source = Channel.CreateUnbounded<WatchEvent>();
        bench.Behind[0].OnWatch = _ => source.Reader;
        using var client = bench.Connect();
        for (var i = 2; i <= 5000; i++)
            source.Writer.TryWrite(Event(i));
        source.Writer.Complete();
        var next = 2;
        await foreach (var change in client.WatchAsync(WellKnownResources.Pods, null, From, EndpointBench.Limit))
            Assert.Equal(next++, long.Parse(change.ResourceVersion));
        Assert.Equal(5001, next);
    }

    [Fact]
    public async Task A_failure_of_the_watch_reaches_its_reader()
    {
        await using var bench = new EndpointBench();
        bench.Behind[0].OnWatch = _ => throw ApiErrors.Expired("too old");
        using var client = bench.Connect();
        var failure = await Assert.ThrowsAsync<ApiException>(async () =>
        {
            await foreach (var _ in client.WatchAsync(WellKnownResources.Pods, null, From, EndpointBench.Limit))
            {
            }
        });
        Assert.Equal((410, "too old"), (failure.Status.Code, failure.Status.Message));
    }

    [Fact]
    public async Task A_reader_that_takes_nothing_holds_up_nobody_else()
    {
        await using var bench = new EndpointBench();
        var slow = new CountingReader();
        var quick = Channel.CreateUnbounded<WatchEvent>();
        bench.Behind[0].OnWatch = options => options.LabelSelector == "slow" ? slow : quick.Reader;
        using var client = bench.Connect();
        await using var idle = client.WatchAsync(WellKnownResources.Pods, null, From with { LabelSelector = "slow" }, EndpointBench.Limit).GetAsyncEnumerator();
        Assert.True(await idle.MoveNextAsync());

        await using var busy = client.WatchAsync(WellKnownResources.Pods, null, From, EndpointBench.Limit).GetAsyncEnumerator();
        for (var i = 2; i < 500; i++)
        {
            quick.Writer.TryWrite(Event(i));
            Assert.True(await busy.MoveNextAsync());
            Assert.Equal(i, long.Parse(busy.Current.ResourceVersion));
        }
        // Each of its events fills a batch: the window, what is being sent and what is being gathered.
        Assert.InRange(slow.Read, 1, Window + 3);
    }

    [Fact]
    public async Task A_batch_that_is_lost_ends_the_watch_and_the_reader_resumes_without_loss_or_repetition()
    {
        await using var bench = new EndpointBench();
        var all = Enumerable.Range(2, 30).Select(i => Event(i)).ToArray();
        var gates = new List<Channel<WatchEvent>>();
        bench.Behind[0].OnWatch = options =>
        {
            var channel = Channel.CreateUnbounded<WatchEvent>();
            foreach (var change in all.Where(c => long.Parse(c.ResourceVersion) > long.Parse(options.ResourceVersion)))
                channel.Writer.TryWrite(change);
            gates.Add(channel);
            return channel.Reader;
        };
        var talk = new Conversation(bench);
        var opened = await talk.OpenAsync(bench.Options(bench.Issue("agent")));
        talk.Session!.Tell(new Follow(opened.Secret, 7, new EndpointRequest(EndpointOperation.Watch, new ObjectAddress(WellKnownResources.Pods, "", "")) { ResourceVersion = "1" }), talk.Self);
        var followed = new Protocol.Endpoint.Client.FollowedWatches(10);
        var output = Channel.CreateUnbounded<Protocol.Endpoint.Client.ConnectionMessages.FollowedBatch>();
        followed.Add(7, new Protocol.Endpoint.Client.ConnectionMessages.Begin(new EndpointRequest(EndpointOperation.Watch, default), output.Writer), bench.Time.GetUtcNow(), sent: true);
        var batch = await talk.NextAsync<Changes>();
        Assert.Null(followed.Receive(batch));

        // The next batch never arrives; the head tells of it.
        gates[0].Writer.TryWrite(Event(40));
        await talk.NextAsync<Changes>();
        Head head;
        do
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            head = await talk.NextAsync<Head>();
        }
        while (head.Sequence == batch.Sequence);
        Assert.Equal(7, followed.Check(head));
        var seen = new List<string>();
        await foreach (var taken in output.Reader.ReadAllAsync(EndpointBench.Limit))
            seen.AddRange(taken.Events.Select(e => e.ResourceVersion));
        Assert.Equal(batch.Events.Select(e => e.ResourceVersion), seen);

        all = [.. all, Event(40)];
        talk.Session!.Tell(new Unfollow(opened.Secret, 7), talk.Self);
        talk.Session!.Tell(new Follow(opened.Secret, 8, new EndpointRequest(EndpointOperation.Watch, new ObjectAddress(WellKnownResources.Pods, "", "")) { ResourceVersion = seen[^1] }), talk.Self);
        while (seen.Count < all.Length)
        {
            var more = await talk.NextAsync<Changes>();
            Assert.Equal(8, more.Id);
            seen.AddRange(more.Events.Select(e => e.ResourceVersion));
        }
        Assert.Equal(all.Select(e => e.ResourceVersion), seen);
    }

    [Fact]
    public async Task When_a_server_ends_its_watches_end_in_good_order_and_resume_at_another()
    {
        await using var bench = new EndpointBench(servers: 2);
        var begun = Channel.CreateUnbounded<int>();
        for (var i = 0; i < 2; i++)
        {
            var number = i;
            bench.Behind[i].OnWatch = options =>
            {
                var channel = Channel.CreateUnbounded<WatchEvent>();
                channel.Writer.TryWrite(Event(int.Parse(options.ResourceVersion) + 1));
                begun.Writer.TryWrite(number);
                return channel.Reader;
            };
        }
        using var client = bench.Connect();
        await using var first = client.WatchAsync(WellKnownResources.Pods, null, From, EndpointBench.Limit).GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        var server = await begun.Reader.ReadAsync(EndpointBench.Limit);
        var end = first.MoveNextAsync().AsTask();
        await bench.Servers[server].Terminate();
        await bench.AdvanceUntilAsync(end);
        Assert.False(await end);

        await using var second = client.WatchAsync(WellKnownResources.Pods, null, new WatchOptions { ResourceVersion = "2" }, EndpointBench.Limit).GetAsyncEnumerator();
        var resumed = second.MoveNextAsync().AsTask();
        await bench.AdvanceUntilAsync(resumed);
        Assert.Equal(("3", 1 - server), (second.Current.ResourceVersion, await begun.Reader.ReadAsync(EndpointBench.Limit)));
    }

    private static WatchEvent Event(int revision) => new(WatchEventType.Modified, ScriptedClient.Item("web", revision), revision.ToString());

    /// <summary>Events without end, each of which fills a batch; counts how many were taken.</summary>
    private sealed class CountingReader : ChannelReader<WatchEvent>
    {
        private int _read;

        public int Read => Volatile.Read(ref _read);

        public override bool TryRead(out WatchEvent item)
        {
            var revision = Interlocked.Increment(ref _read) + 1;
            item = new WatchEvent(WatchEventType.Modified, ScriptedClient.Item("web", revision, PartBytes), revision.ToString());
            return true;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<bool>(cancellationToken) : new(true);
    }
}
