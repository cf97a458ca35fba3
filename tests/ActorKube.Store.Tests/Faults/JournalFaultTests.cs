using ActorKube.Api.Errors;
using ActorKube.Protocol.Store;
using ActorKube.Store.Actors;
using ActorKube.Store.Hosting;
using ActorKube.Store.Tests.Support;
using ActorKube.Testing.Faults;
using Akka.Actor;
using Akka.Configuration;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Faults;

public sealed class JournalFaultTests : IAsyncDisposable
{
    private readonly JournalFaults _faults = new();
    private readonly InProcessStore _process;

    public JournalFaultTests() => _process = InProcessStore.Start(new FaultyJournalChoice(_faults));

    private IResourceStore Store => _process.Store;

    [Theory]
    [InlineData(JournalFault.Fail, false)]
    [InlineData(JournalFault.FailAfterWriting, true)]
    [InlineData(JournalFault.Hang, false)]
    public async Task A_write_whose_outcome_nobody_knows_is_answered_with_504_and_the_store_recovers(JournalFault fault, bool written)
    {
        await Store.Write(Create("before"));
        _faults.Strike(3, fault);
        var failure = await Assert.ThrowsAsync<ApiException>(async () => await Store.Write(Create("a")));
        Assert.Equal((504, StatusReason.Timeout), (failure.Status.Code, failure.Status.Reason));
        var cut = await Store.Read();
        Assert.Equal(written, cut.Find(Key("a")) is not null);
        Assert.NotNull(cut.Find(Key("before")));
        Assert.True((await Store.Write(Create("after"))).Committed);
    }

    [Fact]
    public async Task Who_gives_up_a_write_that_is_on_its_way_is_let_go_and_the_write_may_happen()
    {
        var faults = new JournalFaults { Patience = StoreCalls.Patience };
        await using var process = InProcessStore.Start(new FaultyJournalChoice(faults));
        await process.Store.Write(Create("before"));
        using var until = new CancellationTokenSource();
        var held = faults.Hold(3);
        var single = process.Store.WriteAsync(ConfigMaps, Create("a"), until.Token).AsTask();
        var many = process.Store.WriteManyAsync(ConfigMaps, [Create("b"), Create("c")], until.Token).AsTask();
        await held.Reached.WaitAsync(StoreCalls.Patience, TestContext.Current.CancellationToken);
        await until.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => single);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => many);

        held.LetGo();
        Assert.True((await process.Store.Write(Create("after"))).Committed);
        Assert.Equal(["a", "after", "b", "before", "c"], (await process.Store.Read()).Range(null, null).Select(o => o.Key.Name));
    }

    [Fact]
    public async Task Where_there_is_no_journal_whoever_asks_is_told_so_and_nothing_is_tried_over_and_over()
    {
        using var system = ActorSystem.Create("none", ConfigurationFactory.ParseString(
            """akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [], persistence.journal.plugin = "nowhere", persistence.snapshot-store.plugin = "nowhere" }"""));
        var services = StoreServices.For(JournalChoice.InMemory, new StoreOptions(), time: null, system);
        var store = new ResourceStore(services, system.ActorOf(LocalRegion.Props(services)));
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await store.Read().AsTask().WaitAsync(StoreCalls.Patience, TestContext.Current.CancellationToken));
        Assert.IsNotType<TimeoutException>(failure);
        await system.Terminate();
    }

    [Fact]
    public async Task A_write_that_the_journal_rejects_did_not_happen_and_is_tried_again()
    {
        await Store.Write(Create("before"));
        _faults.Strike(3, JournalFault.Reject);
        Assert.True((await Store.Write(Create("a"))).Committed);
        Assert.Equal(["a", "before"], (await Store.Read()).Range(null, null).Select(o => o.Key.Name));
    }

    [Fact]
    public async Task What_was_decided_on_a_write_that_failed_is_neither_answered_nor_seen()
    {
        await Store.Write(Create("before"));
        using var watch = await Store.Watch(2);
        _faults.Strike(3, JournalFault.Fail);
        var create = Store.Write(Create("a")).AsTask();
        var duplicate = Store.Write(Create("a")).AsTask();
        var failure = await Assert.ThrowsAsync<ApiException>(() => create);
        Assert.Equal(504, failure.Status.Code);
        // The refusal rested on the failed create; tried again, the name is free.
        Assert.Equal(WriteOutcome.Committed, (await duplicate).Outcome);
        Assert.False(await watch.WaitAsync(CancellationToken.None));
        Assert.False(watch.TryRead(out _));
    }

    [Theory]
    [InlineData(JournalFault.Fail)]
    [InlineData(JournalFault.FailAfterWriting)]
    [InlineData(JournalFault.Reject)]
    [InlineData(JournalFault.Hang)]
    public async Task Under_load_every_acknowledged_write_survives_a_fault_and_no_other_is_seen(JournalFault fault)
    {
        await Store.Read();
        _faults.Strike(40, fault);
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<string>();
        var unknown = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
                try
                {
                    var result = await Store.Write(Create($"w{w}-{i}"));
                    (result.Committed ? acknowledged : unknown).Add($"w{w}-{i}");
                }
                catch (ApiException failure) when (failure.Status.Code == 504)
                {
                    unknown.Add($"w{w}-{i}");
                }
        })));
        var present = (await Store.Read()).Range(null, null).Select(o => o.Key.Name).ToHashSet();
        Assert.All(acknowledged, name => Assert.Contains(name, present));
        Assert.All(present, name => Assert.True(acknowledged.Contains(name) || unknown.Contains(name), name));
        Assert.True(acknowledged.Count >= 100, $"Only {acknowledged.Count} of 160 writes were acknowledged.");
    }

    [Fact]
    public async Task A_journal_that_rejects_the_first_event_of_a_resource_is_told_and_tried_again()
    {
        _faults.Strike(1, JournalFault.Fail);
        var failure = await Assert.ThrowsAsync<ApiException>(async () => await Store.Read());
        Assert.Equal(503, failure.Status.Code);
        Assert.Equal(1, (await Store.Read()).Revision);
    }

    [Fact]
    public async Task A_resource_that_hands_off_answers_what_is_in_flight_and_goes_on_elsewhere()
    {
        await Store.Read();
        var writes = Enumerable.Range(0, 50).Select(i => Store.Write(Create($"o{i}")).AsTask()).ToArray();
        Akka.Actor.ActorRefImplicitSenderExtensions.Tell(_process.Region, new Actors.StopResource(ConfigMaps.ToString()));
        Assert.All(await Task.WhenAll(writes), r => Assert.True(r.Committed));
        Assert.Equal(50, (await Store.Read()).Count);
    }

    [Fact]
    public async Task A_watch_that_resumes_after_a_restart_misses_and_repeats_nothing()
    {
        using var before = await Store.Watch(1);
        await Store.Write(Create("a"));
        _ = await before.Next();
        Akka.Actor.ActorRefImplicitSenderExtensions.Tell(_process.Region, new Actors.StopResource(ConfigMaps.ToString()));
        Assert.False(await before.WaitAsync(CancellationToken.None));
        var b = (await Store.Write(Create("b"))).Object!;
        await Store.Write(Remove("b"));
        using var after = await Store.Watch(2);
        Assert.Equal([(ChangeType.Added, 3L), (ChangeType.Deleted, 4L)], (await after.ReadTo(4)).Select(c => (c.Type, c.Revision)));
        using var fromStart = await Store.Watch(1);
        Assert.Equal([2L, 3L, 4L], (await fromStart.ReadTo(4)).Select(c => c.Revision));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
