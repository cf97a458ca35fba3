using ActorKube.Api.Errors;
using ActorKube.Protocol.Store;
using ActorKube.Store.Hosting;
using ActorKube.Store.Tests.Support;
using ActorKube.Testing.Faults;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Faults;

/// <summary>Too much, too slow, too early.</summary>
public sealed class LoadTests
{
    [Fact]
    public async Task When_too_much_is_in_flight_creates_are_refused_and_removals_taken()
    {
        var faults = new JournalFaults();
        await using var process = InProcessStore.Start(new FaultyJournalChoice(faults), new StoreOptions { MaxEventsInFlight = 1 });
        await process.Store.Write(Create("a"));
        faults.Strike(3, JournalFault.Hang);
        var hanging = process.Store.Write(Create("b")).AsTask();
        var refused = await process.Store.Write(Create("c"));
        Assert.Equal(WriteOutcome.Refused, refused.Outcome);
        var removal = process.Store.Write(Remove("a")).AsTask();
        Assert.Equal(504, (await Assert.ThrowsAsync<ApiException>(() => hanging)).Status.Code);
        // Taken, and lost with the write before it: not refused.
        Assert.Equal(504, (await Assert.ThrowsAsync<ApiException>(() => removal)).Status.Code);
        Assert.True((await process.Store.Write(Remove("a"))).Committed);
    }

    [Fact]
    public async Task When_space_is_short_creates_and_replacements_are_refused_and_what_ends_objects_is_taken()
    {
        using var directory = new TemporaryDirectory();
        await using var process = InProcessStore.Start(JournalChoice.Sqlite(directory.Path), new StoreOptions { MinFreeSpace = 1 });
        var a = (await process.Store.Write(Create("a"))).Object!;
        await process.DisposeAsync();
        await using var full = InProcessStore.Start(JournalChoice.Sqlite(directory.Path), new StoreOptions { MinFreeSpace = long.MaxValue });
        Assert.Equal(WriteOutcome.Refused, (await full.Store.Write(Create("b"))).Outcome);
        Assert.Equal(WriteOutcome.Refused, (await full.Store.Write(Replace(a, "y"))).Outcome);
        var marked = await full.Store.Write(Mark(a));
        Assert.True(marked.Committed);
        Assert.True((await full.Store.Write(Mark(marked.Object!, "what its agent says of its end"))).Committed);
        Assert.True((await full.Store.Write(Remove("a"))).Committed);
    }

    [Fact]
    public async Task A_watcher_that_does_not_keep_up_is_ended_with_410_and_slows_nobody()
    {
        await using var process = InProcessStore.Start(options: new StoreOptions { WatchQueue = 10 });
        using var slow = await process.Store.Watch(1);
        using var quick = await process.Store.Watch(1);
        // Both have read the window to its end: from here on each has what the hub has put into its queue, and nothing else.
        Assert.False(slow.TryRead(out _));
        Assert.False(quick.TryRead(out _));
        for (var i = 0; i < 50; i++)
        {
            await process.Store.Write(Create($"o{i}"));
            Assert.Equal(i + 2, (await quick.Next()).Revision);
        }
        for (var i = 0; i < 10; i++)
            Assert.Equal(i + 2, (await slow.Next()).Revision);
        var failure = await Assert.ThrowsAsync<ApiException>(async () => await slow.WaitAsync(CancellationToken.None));
        Assert.Equal((410, StatusReason.Expired), (failure.Status.Code, failure.Status.Reason));
        using var resumed = await process.Store.Watch(11);
        Assert.Equal(12, (await resumed.Next()).Revision);
    }

    [Fact]
    public async Task A_revision_that_does_not_come_is_answered_with_504_and_the_current_one()
    {
        await using var process = InProcessStore.Start(options: new StoreOptions { FutureRevisionWait = TimeSpan.FromMilliseconds(50) });
        foreach (var attempt in new Func<Task>[]
        {
            async () => await process.Store.Read(ReadAt.NotOlderThan(100)),
            async () => await process.Store.Read(ReadAt.Exact(100)),
        })
        {
            var failure = await Assert.ThrowsAsync<ApiException>(attempt);
            Assert.Equal((504, "Timeout: Too large resource version: 100, current: 1"), (failure.Status.Code, failure.Status.Message));
        }
    }

    [Fact]
    public async Task A_thousand_watchers_by_field_each_see_their_own()
    {
        await using var process = InProcessStore.Start();
        var watches = new List<IResourceWatch>();
        for (var i = 0; i < 1000; i++)
            watches.Add(await process.Store.Watch(1, new ActorKube.Api.Objects.ObjectFilter { Indexed = new("data.key", $"node{i}") }));
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => process.Store.Write(Create($"o{i}", value: $"node{i}")).AsTask()));
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal($"o{i}", (await watches[i].Next()).Object.Key.Name);
            Assert.False(watches[i].TryRead(out _));
            watches[i].Dispose();
        }
    }
}
