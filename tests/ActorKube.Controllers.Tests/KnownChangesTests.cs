using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Shell;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

/// <summary>Which changes are no reason to look again, because the last decision knew of them.</summary>
public sealed class KnownChangesTests
{
    private static readonly ObjectAddress Map = new(ConfigMaps, "default", "m");
    private static readonly ObjectKey Key = new("default", "m");

    private readonly ControllerHarness _h = new();
    private int _looks;

    public KnownChangesTests() => _h.Cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":"m"}}""");

    private static PatchStep Patch(string value) => new(Map, PatchType.Merge, Manifests.Bytes($$$"""{"data":{"v":"{{{value}}}"}}"""));

    // Writes what it wants unless it is there.
    private void Run(Func<PlanBuilder, PlanBuilder> plan, Func<PlanStep>? step = null)
    {
        var wrote = false;
        _h.Run(
            new Looks(_ =>
            {
                _looks++;
                if (wrote)
                    return Plan.Nothing;
                var built = plan(new PlanBuilder()).Do(step?.Invoke() ?? Patch("x")).Build();
                wrote = true;
                return built;
            }),
            leavesOut: true);
        _h.Settle();
    }

    private void Change(string value) => _h.Cluster.Change(ConfigMaps, "default", "m", m => m["data"] = new System.Text.Json.Nodes.JsonObject { ["v"] = value });

    [Fact]
    public void To_see_its_own_write_is_no_reason_for_a_turn_when_nothing_was_left_to_do()
    {
        Run(static p => p.Settle());
        Assert.Equal(1, _looks);
        Change("of another");
        _h.Settle();
        Assert.Equal(2, _looks);
    }

    [Fact]
    public void Who_goes_step_by_step_is_shown_each_step()
    {
        Run(static p => p);
        Assert.Equal(2, _looks);
    }

    [Fact]
    public void What_somebody_else_writes_in_the_meantime_is_looked_at()
    {
        _h.Cluster.Fault = (verb, _) =>
        {
            if (verb == "patch")
                Change("of another");
            return null;
        };
        Run(static p => p.Settle());
        Assert.Equal(2, _looks);
    }

    [Fact]
    public void The_time_at_which_it_wanted_to_look_again_stands()
    {
        Run(static p => p.Settle().Again(TimeSpan.FromHours(1)));
        _h.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(1, _looks);
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _looks);
    }

    [Fact]
    public void A_plan_of_which_a_write_was_refused_is_not_settled_even_if_it_tolerates_that()
    {
        Run(
            static p => p.Settle().Do(new DeleteStep(new ObjectAddress(ConfigMaps, "default", "none"), new DeleteOptions()) { Tolerates = [StatusReason.NotFound] }));
        Assert.Equal(2, _looks);
    }

    [Fact]
    public void After_a_failure_what_is_written_is_looked_at_once_more()
    {
        var fails = true;
        _h.Cluster.Fault = (verb, _) => verb == "patch" && fails ? ApiErrors.Internal("no") : null;
        _h.Run(
            new Looks(c =>
            {
                _looks++;
                fails = _looks == 1;
                return _looks <= 2 ? new PlanBuilder().Settle().Do(Patch("x")).Build() : Plan.Nothing;
            }),
            leavesOut: true);
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, _looks);
    }

    [Fact]
    public void What_is_remembered_anew_is_looked_at_once_more()
    {
        Run(static p => p.Settle().Remember("it"));
        Assert.Equal(2, _looks);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_change_that_the_cache_had_shown_when_the_key_was_decided_about_is_no_reason_for_those_who_decide_by_caches_alone(bool byCaches, bool looksAgain)
    {
        var (core, informers, mail) = Core(new Looks(static _ => Plan.Nothing) { DecidesByCachesAlone = byCaches });
        Deliver(1);
        Change("seen");
        Finish();
        // The decision was taken with the change in the cache; only now does the controller hear of it.
        Deliver(1);
        Assert.Equal(looksAgain, core.Next() is not null);

        void Deliver(int changes)
        {
            while (mail.TryDequeue(out var item))
            {
                informers.On(item);
                core.On(item);
                if (item is ObjectChanged && --changes == 0 && core.CanStart)
                    return;
            }
        }

        void Finish() => core.Finish(core.Next()!, PlanOutcome.Empty);
    }

    [Fact]
    public void What_nobody_can_hear_of_any_more_is_forgotten()
    {
        var heard = 0L;
        var known = new KnownChanges(_ => heard);
        for (var i = 1; i <= 100_000; i++)
        {
            known.Set(new ObjectKey("default", $"m-{i}"), [], [new Change(ConfigMaps, i)]);
            heard = i - 10;
        }
        Assert.InRange(known.Count, 10, 2048);
        Assert.True(known.Has(new ObjectKey("default", "m-100000"), new Change(ConfigMaps, 100_000)));
    }

    [Fact]
    public void A_key_that_hears_of_very_much_while_it_is_worked_on_is_looked_at()
    {
        var triggers = new Triggers();
        var known = new KnownChanges(static _ => 0);
        known.Set(Key, [new Change(ConfigMaps, 1000)], []);
        Assert.False(triggers.Settle(Key, known));
        for (var i = 1; i <= 10; i++)
            triggers.Hear(Key, Changed(i));
        Assert.True(triggers.Settle(Key, known));
        Assert.Null(triggers.Take(Key));
        for (var i = 1; i <= 1000; i++)
            triggers.Hear(Key, Changed(i));
        Assert.False(triggers.Settle(Key, known));
        Assert.Equal(1, triggers.Take(Key)!.Revision);
    }

    private ObjectChanged Changed(long revision) => new(ConfigMaps, revision, null, new CachedObject(_h.Cluster.Find(ConfigMaps, "default", "m")!));

    private (ControllerCore Core, ControllerInformers Informers, Queue<InformerEvent> Mail) Core(IReconciler reconciler)
    {
        var mail = new Queue<InformerEvent>();
        var informers = new ControllerInformers(reconciler, _h.Informers, mail.Enqueue);
        var core = new ControllerCore(reconciler, informers, _h.Time, new ControllerSettings { MinInterval = TimeSpan.Zero });
        informers.Follow([]);
        informers.WaitFor([]);
        return (core, informers, mail);
    }

    private sealed class Looks(Func<ReconcileContext, Plan> reconcile) : IReconciler
    {
        public string Name => "looks";

        public bool DecidesByCachesAlone { get; init; }

        public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [WatchSpec.Itself(ConfigMaps)];

        public Plan Reconcile(ReconcileContext context) => context.Key == Key ? reconcile(context) : Plan.Nothing;
    }
}
