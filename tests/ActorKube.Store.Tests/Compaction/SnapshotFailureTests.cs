using System.Threading.Channels;
using ActorKube.Store.Hosting;
using ActorKube.Store.Tests.Support;
using ActorKube.Testing.Faults;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.Time.Testing;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Compaction;

public sealed class SnapshotFailureTests
{
    [Fact]
    public async Task Who_runs_the_store_is_told_of_snapshots_that_cannot_be_saved_and_writers_go_on()
    {
        await using var process = InProcessStore.Start(new FullDisk(), new StoreOptions { HistoryEvents = 20, SnapshotMinimumTail = 20 });
        var told = new TaskCompletionSource<Warning>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.System.EventStream.Subscribe(process.System.ActorOf(Props.Create(() => new Listener(told))), typeof(Warning));
        var item = (await process.Store.Write(Create("a"))).Object!;
        // The window goes in parts of 128 events, and what lies before it is saved.
        for (var i = 0; i < 400; i++)
            item = (await process.Store.Write(Replace(item, $"{i}"))).Object!;
        var warning = await told.Task.WaitAsync(StoreCalls.Patience, TestContext.Current.CancellationToken);
        Assert.Equal($"A snapshot of {ConfigMaps} could not be saved", warning.Message.ToString());
        Assert.IsType<IOException>(warning.Cause);
        Assert.True((await process.Store.Write(Replace(item, "after"))).Committed);
    }

    [Fact]
    public async Task A_snapshot_store_that_does_not_answer_is_asked_again_only_after_it_has_given_up_itself_and_is_saving_one_snapshot_at_a_time_whatever_answers_late()
    {
        var time = new FakeTimeProvider();
        var disk = new SilentDisk();
        await using var process = InProcessStore.Start(disk, new StoreOptions { HistoryEvents = 20, SnapshotMinimumTail = 20 }, time);
        var item = (await process.Store.Write(Create("a"))).Object!;
        var first = await SaveAsync();
        // The store's own time-out is an hour: it may still be at it.
        time.Advance(TimeSpan.FromMinutes(119));
        await WriteAsync(400);
        Assert.False(disk.Asked.TryRead(out _));
        time.Advance(TimeSpan.FromMinutes(1));
        var second = await SaveAsync();
        Assert.True(second.Revision > first.Revision);

        // What was given up long ago ends at last: the other is still under way.
        first.Ended.SetResult();
        await WriteAsync(400);
        Assert.False(disk.Asked.TryRead(out _));
        second.Ended.SetResult();
        Assert.True((await SaveAsync()).Revision > second.Revision);

        async Task<SaveAsked> SaveAsync()
        {
            var asked = disk.Asked.ReadAsync(TestContext.Current.CancellationToken).AsTask();
            while (!asked.IsCompleted)
                await WriteAsync(1);
            return await asked;
        }

        async Task WriteAsync(int count)
        {
            for (var i = 0; i < count; i++)
                item = (await process.Store.Write(Replace(item, $"{item.Revision}"))).Object!;
        }
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(TaskCompletionSource<Warning> told) => Receive<Warning>(warning => told.TrySetResult(warning));
    }

    private record FullDisk : JournalChoice
    {
        protected virtual Type Store => typeof(FullSnapshotStore);

        internal override Config Config() => ConfigurationFactory.ParseString(
            $$"""
            akka.loggers = []
            akka.persistence.snapshot-store.bad {
              class = "{{Store.AssemblyQualifiedName}}"
              plugin-dispatcher = "akka.actor.default-dispatcher"
              circuit-breaker { max-failures = 100, call-timeout = 1h, reset-timeout = 1s }
            }
            """).WithFallback(Plugins("akka.persistence.journal.inmem", "akka.persistence.snapshot-store.bad"));

        internal override Setup Setup() => new JournalFaults();
    }

    private sealed record SilentDisk : FullDisk
    {
        private readonly SavesAsked _saves = new();

        public ChannelReader<SaveAsked> Asked => _saves.Asked.Reader;

        protected override Type Store => typeof(SilentSnapshotStore);

        internal override Setup Setup() => _saves;
    }
}
