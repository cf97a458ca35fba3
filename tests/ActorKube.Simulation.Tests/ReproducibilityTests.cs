using System.Security.Cryptography;
using System.Text;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation;
using ActorKube.Testing.Simulation.Nodes;

namespace ActorKube.Simulation.Tests;

public sealed class ReproducibilityTests
{
    private static (List<string> Journal, IReadOnlyCollection<string> Strays) Run(int seed)
    {
        var journal = new List<string>();
        using var cluster = new SimulatedCluster(new SimulationOptions { Seed = seed, Latency = TimeSpan.FromMilliseconds(3) });
        cluster.Journal = entry => journal.Add(entry.Line);
        cluster.Create(WellKnownResources.Deployments, Manifests.Deployment("web", 4));
        cluster.Create(WellKnownResources.StatefulSets, Manifests.StatefulSet("db", 3));
        cluster.Create(WellKnownResources.DaemonSets, Manifests.DaemonSet("agent"));
        cluster.Create(WellKnownResources.CronJobs, Manifests.CronJob("tick", "* * * * *"));
        cluster.Advance(TimeSpan.FromSeconds(30));
        cluster.Patch(WellKnownResources.Deployments, "default", "web", """{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"web:2"}]}}}}""");
        cluster.Advance(TimeSpan.FromMinutes(3));
        return (journal, cluster.Strays);
    }

    [Fact]
    public void The_same_seed_gives_the_same_history_to_the_last_uid()
    {
        var (first, second) = (Run(7), Run(7));
        Assert.Empty(first.Strays.Concat(second.Strays));
        Assert.NotEmpty(first.Journal);
        Assert.Equal(first.Journal, second.Journal);
    }

    [Fact]
    public void A_day_with_what_is_played_has_the_same_history_twice()
    {
        static string Run()
        {
            using var cluster = new SimulatedCluster(new SimulationOptions { Seed = 9, Heartbeats = false, Nodes = [], Scheduler = false, Played = [Played.Jobs()], Controllers = ["cronjob-controller"] });
            using var journal = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            cluster.Journal = entry => journal.AppendData(Encoding.UTF8.GetBytes(entry.Line));
            cluster.Create(WellKnownResources.CronJobs, Manifests.CronJob("tick", "* * * * *"));
            cluster.Advance(TimeSpan.FromDays(1));
            Assert.Empty(cluster.Strays);
            return Convert.ToHexString(journal.GetHashAndReset());
        }
        Assert.Equal(Run(), Run());
    }

    [Fact]
    public void Nobody_changes_the_trees_of_objects_that_all_share()
    {
        // Trees are remembered until the next collection: of several histories, because the last moment of one may be such a collection.
        var trees = Enumerable.Range(5, 2).SelectMany(seed =>
        {
            Run(seed);
            return ObjectTrees.Remembered.ToArray();
        }).ToArray();
        Assert.NotEmpty(trees);
        Assert.All(trees, t => Assert.False(ObjectTrees.HasChanged(t.Item, t.Tree), $"{t.Item.Key}: {t.Tree.ToJsonString()}"));
    }

    [Fact]
    public void Another_seed_gives_another_history_of_the_same_workloads()
    {
        var (first, second) = (Run(7), Run(8));
        Assert.NotEqual(first.Journal, second.Journal);
    }

    [Fact]
    public void A_deployment_is_available_on_the_nodes_of_the_simulation()
    {
        using var cluster = new SimulatedCluster();
        cluster.Create(WellKnownResources.Deployments, Manifests.Deployment("web", 6));
        cluster.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(6, cluster.Get(WellKnownResources.Deployments, "web").Number("status", "availableReplicas"));
        Assert.All(cluster.List(WellKnownResources.Pods), p => Assert.Contains(p.Text("spec", "nodeName"), cluster.Options.Nodes));
        Assert.Empty(cluster.Strays);
    }
}
