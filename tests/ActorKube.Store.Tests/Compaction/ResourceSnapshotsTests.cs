using System.Threading.Channels;
using ActorKube.Protocol.Persistence;
using ActorKube.Store.Actors;
using ActorKube.Store.Journal;
using ActorKube.Store.Resources;
using ActorKube.Store.Tests.Support;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Persistence;

namespace ActorKube.Store.Tests.Compaction;

/// <summary>What is deleted, and when: never anything that is not in a snapshot that has been saved.</summary>
public sealed class ResourceSnapshotsTests : IAsyncDisposable
{
    private const int Step = 4;

    private readonly ActorSystem _system = ActorSystem.Create("keeper", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [] }"));
    private readonly Channel<object> _asked = Channel.CreateUnbounded<object>();
    private readonly IActorRef _plugin;
    private readonly ResourceSnapshots _snapshots;

    public ResourceSnapshotsTests()
    {
        _plugin = _system.ActorOf(Props.Create(() => new Listener(_asked.Writer)));
        var keeper = new SnapshotKeeper("p", _plugin, new PersistencePlugins(_plugin, _plugin, TimeSpan.FromHours(1)), TimeProvider.System, NoLogger.Instance, Step);
        _snapshots = new ResourceSnapshots(keeper, minimumTail: 10);
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task Entries_are_deleted_in_steps_up_to_the_saved_snapshot_and_no_further_and_the_snapshot_stays()
    {
        Commit(1, 15);
        _snapshots.SaveWhenReady(historyFloor: 12);
        var encoded = await NextAsync();
        Assert.True(_snapshots.Handle(encoded));
        var saved = Assert.IsType<SaveSnapshot>(await NextAsync());
        Assert.Equal(10, saved.Metadata.SequenceNr);
        Assert.Equal(10, SnapshotFormat.Read(SnapshotFormat.Manifest, ((EncodedSnapshot)saved.Snapshot).Bytes).Revision);
        // Until it is saved nothing is deleted.
        await NothingAsync();

        Assert.True(_snapshots.Handle(new SaveSnapshotSuccess(saved.Metadata)));
        Assert.Equal(9, Assert.IsType<DeleteSnapshots>(await NextAsync()).Criteria.MaxSequenceNr);
        foreach (var to in (long[])[4, 8, 10])
        {
            Assert.Equal(to, Assert.IsType<DeleteMessagesTo>(await NextAsync()).ToSequenceNr);
            Assert.True(_snapshots.Handle(new DeleteMessagesSuccess(to)));
        }
        await NothingAsync();
    }

    [Fact]
    public async Task A_snapshot_that_could_not_be_saved_deletes_nothing()
    {
        Commit(1, 15);
        _snapshots.SaveWhenReady(historyFloor: 12);
        _snapshots.Handle(await NextAsync());
        var saved = Assert.IsType<SaveSnapshot>(await NextAsync());
        Assert.True(_snapshots.Handle(new SaveSnapshotFailure(saved.Metadata, new IOException("the disk is full"))));
        await NothingAsync();
    }

    [Fact]
    public async Task What_the_window_of_history_holds_is_not_in_a_snapshot_yet()
    {
        Commit(1, 25);
        _snapshots.SaveWhenReady(historyFloor: 9);
        await NothingAsync();
        // Of those at 10 and 20 the window still reaches back before the second.
        _snapshots.SaveWhenReady(historyFloor: 19);
        _snapshots.Handle(await NextAsync());
        Assert.Equal(10, Assert.IsType<SaveSnapshot>(await NextAsync()).Metadata.SequenceNr);
    }

    private void Commit(long first, long last)
    {
        for (var revision = first; revision <= last; revision++)
            _snapshots.Committed(ResourceState.Empty, revision);
    }

    // Behind whatever has been asked for.
    private async Task NothingAsync()
    {
        _plugin.Tell("nothing");
        Assert.Equal("nothing", await NextAsync());
    }

    private Task<object> NextAsync() => _asked.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(StoreCalls.Patience, TestContext.Current.CancellationToken);

    private sealed class Listener : UntypedActor
    {
        private readonly ChannelWriter<object> _heard;

        public Listener(ChannelWriter<object> heard) => _heard = heard;

        protected override void OnReceive(object message) => _heard.TryWrite(message);
    }
}
