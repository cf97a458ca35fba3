using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Shell;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class ShellTests
{
    private static readonly ObjectAddress Map = new(ConfigMaps, "default", "m");

    private readonly ControllerHarness _h = new();

    public ShellTests() => _h.Cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":"m"}}""");

    private int Attempts(string verb) => _h.Cluster.Log.Count(l => l.StartsWith(verb, StringComparison.Ordinal));

    private void Run(Func<ReconcileContext, Plan> reconcile) => _h.Run(new Scripted(reconcile));

    private static PatchStep Patch(string value) => new(Map, PatchType.Merge, Manifests.Bytes($$$"""{"data":{"v":"{{{value}}}"}}"""));

    [Fact]
    public void A_plan_that_always_fails_is_retried_ever_more_slowly()
    {
        _h.Cluster.Fault = (verb, _) => verb == "patch" ? ApiErrors.Internal("no") : null;
        Run(_ => new PlanBuilder().Do(Patch("x")).Build());
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.InRange(Attempts("patch"), 10, 16);
    }

    [Fact]
    public async Task What_a_controller_that_was_stopped_has_not_sent_yet_is_no_failure_that_anybody_reads_about()
    {
        using var stopped = new CancellationTokenSource();
        _h.Cluster.Fault = (_, _) =>
        {
            stopped.Cancel();
            return null;
        };
        var told = new List<string>();
        var executor = new PlanExecutor(_h.Cluster, item => told.Add(item.Reason));
        var about = ObjectReference.To(new GroupVersionKind("", "v1", "ConfigMap"), _h.Cluster.Find(ConfigMaps, "default", "m")!);
        PatchStep step(string value) => Patch(value) with { OnDone = EventSpec.Normal(about, "Done", ""), OnFailed = EventSpec.Warn(about, "Failed", "") };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => executor.ExecuteAsync(new PlanBuilder().Do(step("a")).Do(step("b")).Build(), stopped.Token));
        Assert.DoesNotContain("Failed", told);
        Assert.Equal(1, Attempts("patch"));
    }

    [Fact]
    public void A_reconciler_that_throws_is_retried_and_the_log_tells()
    {
        var calls = 0;
        Run(_ => ++calls < 3 ? throw new InvalidOperationException("broken") : Plan.Nothing);
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, calls);
        Assert.Contains(_h.Decisions, d => d.Reasons.Any(r => r.Contains("broken", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_object_whose_keys_cannot_be_told_is_looked_at_itself_and_the_log_tells()
    {
        var calls = 0;
        _h.Run(new Scripted(_ =>
        {
            calls++;
            return Plan.Nothing;
        })
        {
            Watch = new WatchSpec(ConfigMaps, static (_, _) => throw new FormatException("unreadable")),
        });
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, calls);
        Assert.Contains(_h.Decisions, d => d.Reasons.Any(r => r.Contains("unreadable", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_reconciler_that_only_asks_comes_to_an_end()
    {
        var calls = 0;
        Run(_ =>
        {
            calls++;
            return Plan.Ask(LiveRead.Get(ConfigMaps, new ObjectKey("default", $"m{calls}")));
        });
        _h.Settle();
        Assert.InRange(calls, 2, 20);
    }

    [Fact]
    public void A_failing_stage_ends_the_plan_and_slow_start_stops_early()
    {
        _h.Cluster.Fault = (verb, address) => verb == "create" && address.Name == "c2" ? ApiErrors.Forbidden(ConfigMaps.Resource, address.Name, "quota") : null;
        var once = false;
        Run(_ =>
        {
            if (once)
                return Plan.Nothing;
            once = true;
            return new PlanBuilder()
                .Do(StageMode.SlowStart, Enumerable.Range(0, 40).Select(i => new CreateStep(new ObjectAddress(ConfigMaps, "default", $"c{i}"), Manifests.Bytes($$$"""{"metadata":{"name":"c{{{i}}}"}}"""))))
                .Do(Patch("never"))
                .Build();
        });
        _h.Settle();
        // 1 + 2, with a failure in the second batch.
        Assert.Equal(4, Attempts("create"));
        Assert.Equal(0, Attempts("patch"));
    }

    [Fact]
    public void The_next_decision_knows_what_went_wrong_in_the_last()
    {
        var failures = new List<string?>();
        _h.Cluster.Fault = (verb, _) => verb == "patch" && failures.Count < 2 ? ApiErrors.Internal("first time") : null;
        Run(context =>
        {
            failures.Add(context.LastFailure?.Status.Message);
            return failures.Count <= 2 ? new PlanBuilder().Do(Patch("x")).Again(TimeSpan.FromMilliseconds(100)).Build() : Plan.Nothing;
        });
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(failures[0]);
        Assert.Contains("first time", failures[1], StringComparison.Ordinal);
        Assert.Null(failures[^1]);
    }

    [Fact]
    public void What_a_plan_tolerates_is_no_failure()
    {
        Run(_ => new PlanBuilder().Do(new DeleteStep(Map with { Name = "absent" }, new DeleteOptions()) { Tolerates = [StatusReason.NotFound] }).Build());
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, Attempts("delete"));
    }

    [Fact]
    public void A_reconciler_that_keeps_calling_is_put_off_and_its_orders_stand_in_the_log()
    {
        var h = new ControllerHarness { Outside = static (call, _) => Task.FromResult(new OutsideAnswer(call, null, "busy")) };
        h.Run(new Scripted(_ => new PlanBuilder().Call(new Order()).Build()));
        h.Cluster.Create(ConfigMaps, """{"metadata":{"namespace":"default","name":"m"}}""");
        h.Settle();
        var decision = Assert.Single(h.Decisions);
        Assert.Equal(["the reconciler keeps asking"], decision.Reasons);
        Assert.Equal(8, decision.WriteCount);
        Assert.Equal(new DecisionWrite("shake", "trees", decision.Key, 0, "busy"), decision.Writes[0]);
    }

    private sealed record Order : OutsideCall
    {
        public override string Verb => "shake";

        public override string Target => "trees";

        public override bool Changes => true;
    }

    private sealed class Scripted(Func<ReconcileContext, Plan> reconcile) : IReconciler
    {
        public string Name => "scripted";

        public WatchSpec Watch { get; init; } = new(ConfigMaps, static (change, _) => change.Old is null ? [change.Latest.Key] : []);

        public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [Watch];

        public Plan Reconcile(ReconcileContext context) => context.Key.Name == "m" ? reconcile(context) : Plan.Nothing;
    }
}
