using System.Threading.Channels;
using ActorKube.Api.Names;
using ActorKube.Controllers.Actors;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Shell;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.ReplicaSets;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Reconciling;
using ActorKube.Protocol.Persistence;
using ActorKube.Testing.Fakes;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit;
using Microsoft.Extensions.Time.Testing;
using static ActorKube.Controllers.Actors.ControllerProtocol;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public sealed class ControllerActorTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryCluster _cluster;
    private readonly InformerFactory _informers;

    public ControllerActorTests()
        : base(ConfigurationFactory.ParseString("""
            akka.loglevel = ERROR
            akka.stdout-loglevel = OFF
            akka.loggers = []
            akka.log-dead-letters = off
            akka.log-dead-letters-during-shutdown = off
            akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
            akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            """).WithFallback(ControllerHost.Serialization))
    {
        _cluster = new MemoryCluster(_time);
        _informers = new InformerFactory(_cluster, new InformerOptions(), _time);
    }

    private IActorRef Start(IReconciler reconciler) =>
        Sys.ActorOf(ControllerActor.Props($"root/{reconciler.Name}", Runtime(reconciler), new RestartBackoff(ControllerActor.Rests, _time)));

    private ControllerRuntime Runtime(IReconciler reconciler) => TestRuntime.Of(_cluster, _time, () => reconciler, _informers) with
    {
        Settings = new ControllerSettings { MinInterval = TimeSpan.Zero, SnapshotEvery = 3, DecisionsKept = 5 },
    };

    [Fact]
    public async Task A_call_to_another_system_holds_up_its_own_key_alone()
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var told = Channel.CreateUnbounded<string>();
        Sys.ActorOf(ControllerActor.Props("root/caller", Runtime(new Caller(told.Writer)) with
        {
            Outside = async (call, _) => new OutsideAnswer(call, ((Ask)call).Key == "slow" ? await answer.Task : "at once", null),
        }, new RestartBackoff(ControllerActor.Rests, _time)));
        foreach (var name in (string[])["slow", "quick"])
            _cluster.Create(Pods, Manifests.Pod(name, "a"));
        Assert.Equal("quick: at once", await told.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience));
        answer.SetResult("at last");
        Assert.Equal("slow: at last", await told.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience));
    }

    private async Task StopAsync(IActorRef actor)
    {
        Watch(actor);
        Sys.Stop(actor);
        await ExpectTerminatedAsync(actor, Patience);
    }

    [Fact]
    public async Task A_requeue_survives_the_controller_and_falls_due_on_time()
    {
        var turns = Channel.CreateUnbounded<DateTimeOffset>();
        var reconciler = new Once(turns.Writer);
        _cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":"a"}}""");
        var actor = Start(reconciler);
        await turns.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        await actor.DecisionsAsync(d => d.Decisions.Length == 1);
        await StopAsync(actor);

        _time.Advance(TimeSpan.FromMinutes(20));
        actor = Start(reconciler);
        await actor.Ask<DecisionsRead>(new ReadDecisions("", null, null), Patience);
        await actor.DecisionsAsync(d => d.Decisions.Length == 1);
        Assert.False(turns.Reader.TryRead(out _));
        _time.Advance(TimeSpan.FromMinutes(41));
        var due = await turns.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        Assert.Equal(_time.GetUtcNow(), due);
    }

    [Fact]
    public async Task A_requeue_taken_back_and_asked_for_again_on_its_way_to_the_journal_survives_the_controller()
    {
        var looks = Channel.CreateUnbounded<string>();
        _cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":"a"}}""");
        var actor = Start(new Wavers(looks.Writer, _cluster, _informers));
        Assert.Equal("asks", await looks.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        await JournaledAsync(actor, 1);
        _cluster.Change(ConfigMaps, "default", "a", c => c["data"] = new System.Text.Json.Nodes.JsonObject { ["wanted"] = "no" });
        Assert.Equal("takes back", await looks.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        Assert.Equal("asks", await looks.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        await JournaledAsync(actor, 2);
        await StopAsync(actor);

        actor = Start(new Wavers(looks.Writer, _cluster, _informers) { HearsNothing = true });
        await actor.DecisionsAsync(d => d.Decisions.Length == 2);
        _time.Advance(Wavers.After);
        await actor.Ask<DecisionsRead>(new ReadDecisions("", null, null), Patience);
        Assert.Equal("asks", await looks.Reader.ReadAsync().AsTask().WaitAsync(Patience));
    }

    // The journal keeps order: once a later turn is in it, so is what came before.
    private async Task JournaledAsync(IActorRef actor, int witness)
    {
        _cluster.Create(ConfigMaps, $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"witnesses","name":"{{{witness}}}"}}""");
        await actor.DecisionsAsync(d => d.Decisions.Length == witness);
    }

    [Fact]
    public async Task What_a_reconciler_remembers_survives_the_controller_and_its_snapshots()
    {
        var memories = Channel.CreateUnbounded<string>();
        _cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":"a"}}""");
        for (var life = 0; life < 5; life++)
        {
            var actor = Start(new Counts(memories.Writer));
            // Remembered by the life before; a snapshot is taken after the third.
            Assert.Equal(new string('x', life), await memories.Reader.ReadAsync().AsTask().WaitAsync(Patience));
            await actor.DecisionsAsync(d => d.Decisions.Length == Math.Min(5, life + 1));
            await StopAsync(actor);
        }
    }

    [Fact]
    public async Task What_is_remembered_of_an_object_that_went_while_its_controller_did_not_run_can_be_forgotten()
    {
        var looks = Channel.CreateUnbounded<string>();
        _cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":"a"}}""");
        var actor = Start(new Mourns(looks.Writer));
        Assert.Equal("there", await looks.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        Watch(actor);
        actor.Tell(Drain.Instance);
        await ExpectTerminatedAsync(actor, Patience);

        _cluster.Vanish(ConfigMaps, "default", "a");
        Start(new Mourns(looks.Writer));
        Assert.Equal("gone, and remembered as there", await looks.Reader.ReadAsync().AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task The_decision_log_survives_is_bounded_and_answers_questions()
    {
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 1));
        var actor = Start(new ReplicaSetReconciler(ReplicaShape.ReplicaSet));
        await actor.DecisionsAsync(d => d.Decisions.Any(x => x.Writes.Any(w => w.Resource == "pods")));
        for (var replicas = 2; replicas <= 8; replicas++)
        {
            _cluster.Change(ReplicaSets, "default", "web", s => s["spec"]!["replicas"] = replicas);
            await actor.DecisionsAsync(d => d.Decisions.Any(x => x.Reasons.Any(r => r.EndsWith($"of {replicas} replicas", StringComparison.Ordinal))));
        }
        var before = await actor.DecisionsAsync(d => d.Decisions.Length == 5);
        await StopAsync(actor);
        actor = Start(new ReplicaSetReconciler(ReplicaShape.ReplicaSet));
        var after = await actor.DecisionsAsync(d => d.Decisions.Length == 5);
        Assert.Contains(after.Decisions, d => before.Decisions.Any(b => b.At == d.At && b.Cause == d.Cause));
        var none = await actor.DecisionsAsync(_ => true, new ObjectKey("default", "stranger"));
        Assert.Empty(none.Decisions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(23)]
    [InlineData(39)]
    public async Task A_controller_killed_in_the_middle_of_its_writes_does_nothing_twice(int writesBeforeDeath)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef? victim = null;
        var writes = 0;
        _cluster.Fault = (verb, address) =>
        {
            if (verb == "create" && address.Resource == Pods && Interlocked.Increment(ref writes) == writesBeforeDeath)
            {
                Sys.Stop(victim!);
                reached.TrySetResult();
            }
            return null;
        };
        victim = Start(new ReplicaSetReconciler(ReplicaShape.ReplicaSet));
        Watch(victim);
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 40));
        await reached.Task.WaitAsync(Patience);
        await ExpectTerminatedAsync(victim, Patience);

        var successor = Start(new ReplicaSetReconciler(ReplicaShape.ReplicaSet));
        using var limit = new CancellationTokenSource(Patience);
        while (_cluster[Pods].All.Count < 40)
        {
            limit.Token.ThrowIfCancellationRequested();
            // What failed because it existed already is retried when its time comes.
            _time.Advance(TimeSpan.FromMilliseconds(10));
            await successor.Ask<DecisionsRead>(new ReadDecisions("", null, null), Patience);
        }
        await successor.Ask<DecisionsRead>(new ReadDecisions("", null, null), Patience);
        Assert.Equal(40, _cluster[Pods].All.Count);
        Assert.DoesNotContain(_cluster.Log, l => l.StartsWith("delete", StringComparison.Ordinal));
    }

    /// <summary>Writes once, wants to look again after an hour, and is told of its object only once in its life.</summary>
    private sealed class Once(ChannelWriter<DateTimeOffset> turns) : IReconciler
    {
        private bool _told;

        public string Name => "once";

        public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
        [
            new WatchSpec(ConfigMaps, (change, _) =>
            {
                var first = !_told;
                _told = true;
                return first ? [change.Latest.Key] : [];
            }),
        ];

        public Plan Reconcile(ReconcileContext context)
        {
            turns.TryWrite(context.Now);
            return new PlanBuilder()
                .Do(new PatchStep(ObjectAddress.Of(ConfigMaps, context.Key), PatchType.Merge, "{\"data\":{\"a\":\"b\"}}"u8.ToArray()))
                .Again(TimeSpan.FromHours(1))
                .Build();
        }
    }

    [Fact]
    public async Task A_look_that_answered_reads_ask_for_comes_without_any_other_event()
    {
        var looks = Channel.CreateUnbounded<DateTimeOffset>();
        var actor = Start(new LooksAgain(looks.Writer));
        await _cluster.CreateAsync(new ObjectAddress(WellKnownResources.Namespaces, "", "a"), """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}"""u8.ToArray());
        using var limit = new CancellationTokenSource(Patience);
        var first = await looks.Reader.ReadAsync(limit.Token);
        // The question is answered after the look is over, and so after the next one is due at a known time.
        await actor.Ask<DecisionsRead>(new ReadDecisions("", null, null), Patience);
        _time.Advance(LooksAgain.After);
        Assert.Equal(first + LooksAgain.After, await looks.Reader.ReadAsync(limit.Token));
    }

    /// <summary>Wants to look again unless its object says no; the change of mind comes while it says so, before the journal can have answered.</summary>
    private sealed class Wavers(ChannelWriter<string> looks, MemoryCluster cluster, InformerFactory informers) : IReconciler
    {
        public static readonly TimeSpan After = TimeSpan.FromHours(1);

        public bool HearsNothing { get; init; }

        public string Name => "wavers";

        public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => HearsNothing ? [WatchSpec.ReadOnly(ConfigMaps)] : [WatchSpec.Itself(ConfigMaps)];

        public Plan Reconcile(ReconcileContext context)
        {
            var data = context.Find(ConfigMaps)!.Object.Edit();
            if (context.Key.Namespace == "witnesses")
                return data.Text("data", "seen").Length > 0 ? Plan.Nothing : new PlanBuilder().Do(new PatchStep(ObjectAddress.Of(ConfigMaps, context.Key), PatchType.Merge, "{\"data\":{\"seen\":\"yes\"}}"u8.ToArray())).Build();
            var wanted = data.Text("data", "wanted") != "no";
            looks.TryWrite(wanted ? "asks" : "takes back");
            if (wanted)
                return new PlanBuilder().Again(After).Build();
            // Who subscribes last is told last: the controller has its message before the turn is over, and so before any answer of the journal.
            using var told = new ManualResetEventSlim();
            using (informers.Get(ConfigMaps).Subscribe(item =>
            {
                if (item is ObjectChanged { Old: not null })
                    told.Set();
            }))
            {
                cluster.Change(ConfigMaps, context.Key.Namespace, context.Key.Name, c => c.Remove("data"));
                Assert.True(told.Wait(Patience));
            }
            return Plan.Nothing;
        }
    }

    /// <summary>Writes once in each life, and remembers how many there were.</summary>
    private sealed class Counts(ChannelWriter<string> memories) : IReconciler
    {
        private bool _done;

        public string Name => "counts";

        public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [WatchSpec.Itself(ConfigMaps)];

        public Plan Reconcile(ReconcileContext context)
        {
            if (_done)
                return Plan.Nothing;
            _done = true;
            memories.TryWrite(context.Memory);
            var patch = System.Text.Encoding.UTF8.GetBytes($$$"""{"data":{"lives":"{{{context.Memory.Length}}}"}}""");
            return new PlanBuilder().Do(new PatchStep(ObjectAddress.Of(ConfigMaps, context.Key), PatchType.Merge, patch)).Remember(context.Memory + "x").Build();
        }
    }

    /// <summary>Remembers its objects, and forgets them when they are gone.</summary>
    private sealed class Mourns(ChannelWriter<string> looks) : IReconciler
    {
        public string Name => "mourns";

        public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [WatchSpec.Itself(ConfigMaps)];

        public Plan Reconcile(ReconcileContext context)
        {
            var isThere = context.Find(ConfigMaps) is not null;
            looks.TryWrite(isThere ? "there" : $"gone, and remembered as {context.Memory}");
            return new Plan { Memory = isThere ? "there" : "" };
        }
    }

    private sealed class LooksAgain(ChannelWriter<DateTimeOffset> looks) : IReconciler
    {
        public static readonly TimeSpan After = TimeSpan.FromSeconds(3);

        public string Name => "looks-again";

        public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [WatchSpec.Itself(WellKnownResources.Namespaces)];

        public Plan Reconcile(ReconcileContext context)
        {
            var read = LiveRead.List(Pods, context.Key.Name);
            if (context.Live[read] is null)
                return new Plan { Reads = [read] };
            looks.TryWrite(context.Now);
            return new PlanBuilder().Again(After).Build();
        }
    }

    private sealed record Ask(string Key) : OutsideCall
    {
        public override string Verb => "ask";

        public override string Target => "oracles";
    }

    private sealed class Caller(ChannelWriter<string> told) : IReconciler
    {
        public string Name => "caller";

        public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [WatchSpec.Itself(Pods)];

        public Plan Reconcile(ReconcileContext context)
        {
            if (context.Outside.IsEmpty)
                return new PlanBuilder().Call(new Ask(context.Key.Name)).Build();
            told.TryWrite($"{context.Key.Name}: {context.Outside[0].Result}");
            return Plan.Nothing;
        }
    }
}
