using ActorKube.Store.Hosting;
using ActorKube.Store.Tests.Support;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Persistence;
using Akka.Persistence.Snapshot;
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

    private sealed class Listener : ReceiveActor
    {
        public Listener(TaskCompletionSource<Warning> told) => Receive<Warning>(warning => told.TrySetResult(warning));
    }

    private sealed record FullDisk : JournalChoice
    {
        internal override Config Config() => ConfigurationFactory.ParseString(
            $$"""
            akka.loggers = []
            akka.persistence.snapshot-store.full {
              class = "{{typeof(FullSnapshotStore).AssemblyQualifiedName}}"
              plugin-dispatcher = "akka.actor.default-dispatcher"
            }
            """).WithFallback(Plugins("akka.persistence.journal.inmem", "akka.persistence.snapshot-store.full"));

        internal override Setup Setup() => new JournalFaults();
    }
}

/// <summary>A snapshot store that has nothing and takes nothing.</summary>
public sealed class FullSnapshotStore : SnapshotStore
{
    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) => Task.FromResult<SelectedSnapshot>(null!);

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken) => throw new IOException("the disk is full");

    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) => Task.CompletedTask;

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) => Task.CompletedTask;
}
