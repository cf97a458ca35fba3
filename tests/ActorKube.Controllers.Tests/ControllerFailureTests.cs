using ActorKube.Controllers.Actors;
using ActorKube.Controllers.Shell;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Reconciling;
using ActorKube.Testing.Fakes;
using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.Controllers.Tests;

public sealed class ControllerFailureTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly ChangingCatalog _catalog = new();
    private readonly RestartBackoff _backoff;
    private int _works;

    public ControllerFailureTests()
        : base("""
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            akka.loggers = []
            akka.log-dead-letters = off
            akka.log-dead-letters-during-shutdown = off
            akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
            akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            """) => _backoff = new RestartBackoff(ControllerActor.Rests, _time);

    [Fact]
    public async Task A_controller_that_fails_stops_and_leaves_its_start_to_the_next_ping()
    {
        var actor = await StartAsync();
        Watch(actor);
        _catalog.Change();
        await ExpectTerminatedAsync(actor, Patience);
        Assert.Equal(1, Volatile.Read(ref _works));
    }

    [Theory]
    [InlineData("a decision")]
    [InlineData("a saved snapshot")]
    public async Task However_often_it_is_woken_a_controller_that_fails_at_its_work_again_and_again_tries_ever_less_often(string what)
    {
        var actor = await StartAsync();
        var tried = new List<int>();
        for (var (second, works) = (0, 0); second < 600; second++)
        {
            if (Volatile.Read(ref _works) > works)
            {
                works++;
                tried.Add(second);
                Watch(actor);
                Break(actor, what);
                await ExpectTerminatedAsync(actor, Patience);
                actor = await StartAsync();
            }
            _time.Advance(TimeSpan.FromSeconds(1));
            await AwakeAsync(actor);
        }
        Assert.Equal([0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363, 423, 483, 543], tried);
    }

    [Fact]
    public async Task A_controller_that_has_worked_for_a_minute_rests_for_a_second_again()
    {
        var rests = new List<double>();
        foreach (var worked in (int[])[0, 59, 60, 1])
        {
            _time.Advance(_backoff.Remaining);
            var actor = await StartAsync();
            _time.Advance(TimeSpan.FromSeconds(worked));
            Watch(actor);
            Break(actor, "a decision");
            await ExpectTerminatedAsync(actor, Patience);
            rests.Add(_backoff.Remaining.TotalSeconds);
        }
        Assert.Equal([1, 2, 1, 2], rests);
    }

    // As whoever wakes it does: the keeper's ping, or a question about its decisions, which is answered once it has recovered.
    private async Task<IActorRef> StartAsync()
    {
        var runtime = TestRuntime.Of(new MemoryCluster(_time), _time, static () => new Picky()) with
        {
            Catalog = _catalog,
            OnPhase = phase => Interlocked.Add(ref _works, phase == ControllerPhase.Beginning ? 1 : 0),
        };
        var actor = Sys.ActorOf(ControllerActor.Props("root/picky", runtime, _backoff));
        await AwakeAsync(actor);
        return actor;
    }

    private static Task<ControllerProtocol.DecisionsRead> AwakeAsync(IActorRef actor) => actor.Ask<ControllerProtocol.DecisionsRead>(new ControllerProtocol.ReadDecisions("", null, null), Patience);

    private void Break(IActorRef actor, string what)
    {
        if (what == "a decision")
            _catalog.Change();
        else
            actor.Tell(new SaveSnapshotSuccess(null!));
    }

    /// <summary>Does not know what to watch when asked again.</summary>
    private sealed class Picky : IReconciler
    {
        private bool _asked;

        public string Name => "picky";

        public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served)
        {
            if (_asked)
                throw new InvalidOperationException("a defect");
            _asked = true;
            return [WatchSpec.Itself(WellKnownResources.Pods)];
        }

        public Plan Reconcile(ReconcileContext context) => Plan.Nothing;
    }

    private sealed class ChangingCatalog : IResourceCatalog, IDisposable
    {
        private Action? _changed;

        public IReadOnlyList<ServedResource> Current => [];

        public IDisposable OnChange(Action changed)
        {
            _changed = changed;
            return this;
        }

        public void Change() => _changed!();

        public void Dispose()
        {
        }
    }
}
