using ActorKube.Testing.Simulation;
using ActorKube.Testing.Simulation.Controllers;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

/// <summary>Writes that take their time, so that controllers hear of changes while they work, and of their own writes before and after the answer.</summary>
public sealed class OwnWritesTests
{
    // What each writes about what it is told of.
    private static readonly Dictionary<string, string> Writes = new()
    {
        ["deployment-controller"] = "deployments.apps",
        ["replicaset-controller"] = "replicasets.apps",
        ["endpoints-controller"] = "endpoints",
        ["endpointslice-controller"] = "endpointslices.discovery.k8s.io",
        ["disruption-controller"] = "poddisruptionbudgets.policy",
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void In_a_rolling_update_nobody_looks_in_vain_because_of_what_he_wrote_himself(int seed)
    {
        using var cluster = new SimulatedCluster(new SimulationOptions { Seed = seed, Latency = TimeSpan.FromMilliseconds(30) });
        var inVain = new List<TakenTurn>();
        var turns = 0;
        cluster.TurnTaken = turn =>
        {
            turns += Writes.ContainsKey(turn.Controller) ? 1 : 0;
            if (turn.IsIdle && Writes.GetValueOrDefault(turn.Controller) == turn.Cause.Resource)
                inVain.Add(turn);
        };
        for (var i = 0; i < 5; i++)
        {
            cluster.Create(Deployments, Manifests.Deployment($"web-{i}", 10));
            cluster.Create(Services, Manifests.Service($"web-{i}"));
            cluster.Create(PodDisruptionBudgets, Manifests.Budget($"web-{i}", 1));
        }
        Settle("");
        for (var i = 0; i < 5; i++)
            cluster.Patch(Deployments, "default", $"web-{i}", """{ "spec": { "template": { "metadata": { "annotations": { "x": "y" } } } } }""");
        Settle("2");
        Assert.Equal([], inVain);
        Assert.InRange(turns, 5 * 2 * 5, int.MaxValue);

        void Settle(string revision) => cluster.Until(
            () => cluster.Stored(Deployments).All(d => cluster.Get(Deployments, d.Key.Name) is var json && (int?)json["status"]?["availableReplicas"] == 10 && (int?)json["status"]?["updatedReplicas"] == 10
                && (int?)json["status"]?["replicas"] == 10 && (revision.Length == 0 || (string?)json["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"] == revision)),
            TimeSpan.FromMinutes(10), "all pods are of the newest template");
    }
}
