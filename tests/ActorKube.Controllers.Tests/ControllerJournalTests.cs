using ActorKube.Controllers.Actors;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Shell;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.ReplicaSets;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Queues;
using ActorKube.Protocol.Persistence;
using ActorKube.Testing.Fakes;
using ActorKube.Testing.Faults;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.TestKit.Xunit;
using Microsoft.Extensions.Time.Testing;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

/// <summary>Controllers and a journal that fails, hangs, rejects, or takes its time.</summary>
public sealed class ControllerJournalTests : TestKit
{
    private const string Id = "root/replicaset-controller";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly JournalFaults _faults;
    private readonly SavesAsked _saves;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryCluster _cluster;
    private readonly InformerFactory _informers;
    private readonly RestartBackoff _backoff;
    private readonly ControllerMeter _meter = new();
    private volatile bool _isRunning;

    public ControllerJournalTests()
        : this(new JournalFaults(), new SavesAsked())
    {
    }

    private ControllerJournalTests(JournalFaults faults, SavesAsked saves)
        : base(BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString(
            "akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [], log-dead-letters = off, log-dead-letters-during-shutdown = off }").WithFallback(faults.Settings).WithFallback(SavesAsked.Plugin).WithFallback(ControllerHost.Serialization)).And(faults).And(saves))
    {
        _faults = faults;
        _saves = saves;
        _cluster = new MemoryCluster(_time);
        _informers = new InformerFactory(_cluster, new InformerOptions(), _time);
        _backoff = new RestartBackoff(ControllerActor.Rests, _time);
    }

    [Theory]
    [InlineData(JournalFault.Fail, 1)]
    [InlineData(JournalFault.Fail, 2)]
    [InlineData(JournalFault.FailAfterWriting, 1)]
    [InlineData(JournalFault.FailAfterWriting, 2)]
    [InlineData(JournalFault.Reject, 1)]
    [InlineData(JournalFault.Reject, 2)]
    [InlineData(JournalFault.Hang, 1)]
    [InlineData(JournalFault.Hang, 2)]
    public async Task A_controller_whose_journal_does_not_take_an_entry_stops_and_its_successor_does_nothing_twice(JournalFault fault, int sequenceNr)
    {
        var made = 0;
        _cluster.Fault = (verb, address) =>
        {
            if (verb == "create" && address.Resource == Pods)
                Interlocked.Increment(ref made);
            return null;
        };
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("a", 3));
        _faults.Strike(sequenceNr, fault);
        var actor = Start();
        Watch(actor);
        // Whatever the first entry is about, this brings a second.
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("b", 3));
        await ExpectTerminatedAsync(actor, Patience);
        Assert.False(_isRunning);

        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("c", 3));
        _time.Advance(_backoff.Remaining);
        await Start().DecisionsAsync(_ => _cluster[Pods].All.Count == 9 && PodsOf("a") == 3 && PodsOf("b") == 3);
        Assert.Equal(9, made);
    }

    [Fact]
    public async Task What_the_journal_has_not_taken_is_told_to_nobody()
    {
        var held = _faults.Hold(1);
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("a", 3));
        var actor = Start();
        await held.Reached.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var read = await actor.DecisionsAsync(_ => _meter.Done == 2);
        Assert.Empty(read.Decisions);
        Assert.Equal(3, PodsOf("a"));
        held.LetGo();
        await actor.DecisionsAsync(d => d.Decisions.Length == 2);
    }

    [Fact]
    public async Task Asked_to_drain_it_decides_no_more_and_stops_when_the_journal_has_what_it_decided()
    {
        var held = _faults.Hold(1);
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("a", 3));
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("b", 3));
        var actor = Start();
        await held.Reached.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await actor.DecisionsAsync(_ => _meter.Done == 4);

        Watch(actor);
        actor.Tell(Drain.Instance);
        Assert.Empty((await actor.DecisionsAsync()).Decisions);
        Assert.True(_isRunning);
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("c", 3));
        await actor.DecisionsAsync();
        held.LetGo();
        await ExpectTerminatedAsync(actor, Patience);
        Assert.False(_isRunning);
        Assert.Equal(0, PodsOf("c"));

        var successor = await Start().DecisionsAsync(_ => PodsOf("c") == 3);
        Assert.Equal(["a", "a", "b", "b"], successor.Decisions.Take(4).Select(d => d.Key.Name).Order());
    }

    [Fact]
    public async Task One_that_is_asked_to_drain_while_it_rests_does_not_begin()
    {
        _backoff.Failed();
        var actor = Start();
        await actor.DecisionsAsync();
        Watch(actor);
        actor.Tell(Drain.Instance);
        await ExpectTerminatedAsync(actor, Patience);
        Assert.False(_isRunning);
    }

    [Fact]
    public async Task A_controller_whose_journal_fails_again_and_again_rests_longer_each_time()
    {
        var rests = new List<double>();
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("a", 3));
        for (var i = 0; i < 4; i++)
        {
            _cluster.Change(ReplicaSets, "default", "a", s => s["spec"]!["replicas"] = i + 1);
            _faults.Strike(1, i % 2 == 0 ? JournalFault.Fail : JournalFault.Hang);
            var actor = Start();
            Watch(actor);
            await ExpectTerminatedAsync(actor, Patience);
            rests.Add(_backoff.Remaining.TotalSeconds);
            _time.Advance(_backoff.Remaining);
        }
        Assert.Equal([1, 2, 4, 8], rests);
    }

    [Fact]
    public async Task A_snapshot_is_begun_when_the_last_one_has_ended()
    {
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("a", 0));
        var actor = Start(snapshotEvery: 2, snapshots: "akka.persistence.snapshot-store.silent");
        var first = await ScaledUntilSavingAsync(1);
        for (var replicas = 101; replicas <= 120; replicas++)
            await ScaledAsync(replicas);
        Assert.False(_saves.Asked.Reader.TryRead(out _));
        first.Ended.SetResult();
        Assert.True((await ScaledUntilSavingAsync(201)).Revision > first.Revision + 20);

        async Task<SaveAsked> ScaledUntilSavingAsync(int replicas)
        {
            var asked = _saves.Asked.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
            for (; !asked.IsCompleted; replicas++)
                await ScaledAsync(replicas);
            return await asked;
        }

        Task ScaledAsync(int replicas)
        {
            _cluster.Change(ReplicaSets, "default", "a", s => s["spec"]!["replicas"] = replicas);
            return actor.DecisionsAsync(d => d.Decisions.Any(x => x.Reasons.Any(r => r.EndsWith($"of {replicas} replicas", StringComparison.Ordinal))));
        }
    }

    [Fact]
    public async Task However_short_its_lives_the_journal_of_a_controller_does_not_grow_without_end()
    {
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("a", 0));
        for (var life = 1; life <= 8; life++)
        {
            _cluster.Change(ReplicaSets, "default", "a", s => s["spec"]!["replicas"] = life);
            var actor = Start(snapshotEvery: 5);
            Watch(actor);
            await actor.DecisionsAsync(d => d.Decisions.Any(x => x.Reasons.Any(r => r.EndsWith($"of {life} replicas", StringComparison.Ordinal))));
            await UntilAsync(actor, async () => await EventsInJournalAsync() <= 5);
            Sys.Stop(actor);
            await ExpectTerminatedAsync(actor, Patience);
        }
    }

    private int PodsOf(string set) => _cluster[Pods].All.Count(p => p.Head.Labels.Any(l => l.Value == set));

    private IActorRef Start(int snapshotEvery = 1000, string snapshots = "") => Sys.ActorOf(ControllerActor.Props(Id, TestRuntime.Of(_cluster, _time, static () => new ReplicaSetReconciler(ReplicaShape.ReplicaSet), _informers) with
    {
        Settings = new ControllerSettings { MinInterval = TimeSpan.Zero, SnapshotEvery = snapshotEvery },
        Meter = _meter,
        OnPhase = phase => _isRunning = phase != ControllerPhase.Ended,
        SnapshotPluginId = snapshots,
    }, _backoff));

    private static async Task UntilAsync(IActorRef actor, Func<Task<bool>> until)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await until())
        {
            limit.Token.ThrowIfCancellationRequested();
            await actor.DecisionsAsync();
        }
    }

    private async Task<int> EventsInJournalAsync()
    {
        using var inbox = Inbox.Create(Sys);
        Persistence.Instance.Apply(Sys).JournalFor(JournalFaults.PluginId).Tell(new ReplayMessages(1, long.MaxValue, long.MaxValue, Id, inbox.Receiver));
        var events = 0;
        while (await inbox.ReceiveAsync(Patience) is ReplayedMessage)
            events++;
        return events;
    }
}
