using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Testing.Simulation;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

public sealed class RequeueTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_requeue_is_lost_by_a_controller_that_changes_its_mind_and_is_killed_again_and_again(int seed)
    {
        // Longer under way than a key rests between two turns: minds change before the journal answers.
        using var cluster = new SimulatedCluster(new SimulationOptions { Seed = seed, Latency = TimeSpan.FromMilliseconds(100), Heartbeats = false, Controllers = [] });
        cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":"a"}}""");
        var due = cluster.Time.GetUtcNow().AddDays(1);
        var wavers = cluster.Run(() => Task.FromResult(cluster.Parts.Run(new Wavers(due), cluster.Administrator)));
        for (var change = 1; change <= 200; change++)
        {
            cluster.Patch(ConfigMaps, "default", "a", $$"""{ "data": { "wanted": "{{(change % 2 == 0 ? "yes" : "no")}}" } }""");
            if (change % 10 != 0)
                continue;
            cluster.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal([due], wavers.Requeues.Select(r => r.Due));
            cluster.Run(() =>
            {
                wavers.Kill();
                wavers.Start();
                return Task.CompletedTask;
            });
        }
        Assert.Equal([], wavers.Lost);
        Assert.Empty(cluster.Strays);
    }

    /// <summary>Wants to look again at one time, or not at all, as its object says.</summary>
    private sealed class Wavers(DateTimeOffset due) : IReconciler
    {
        public string Name => "wavers";

        public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [WatchSpec.Itself(ConfigMaps)];

        public Plan Reconcile(ReconcileContext context) =>
            context.Key.Name == "a" && context.Find(ConfigMaps)?.Object.Edit().Text("data", "wanted") != "no" ? new PlanBuilder().Again(due - context.Now).Build() : Plan.Nothing;
    }
}
