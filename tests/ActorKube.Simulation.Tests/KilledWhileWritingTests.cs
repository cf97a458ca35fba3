using ActorKube.Testing.Simulation;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

/// <summary>The worst moment: a controller has sent a write and dies before it is done. Its successor, who begins at once, sees nothing of it and decides the same again.</summary>
public sealed class KilledWhileWritingTests
{
    private static readonly Dictionary<string, string> ControllersOf = new()
    {
        ["deployment-controller"] = "deployment-controller",
        ["replicaset-controller"] = "replicaset-controller",
        ["replication-controller"] = "replicationcontroller-controller",
        ["statefulset-controller"] = "statefulset-controller",
        ["daemon-set-controller"] = "daemonset-controller",
        ["job-controller"] = "job-controller",
        ["cronjob-controller"] = "cronjob-controller",
        ["endpointslice-controller"] = "endpointslice-controller",
        ["ephemeral-volume-controller"] = "ephemeral-volume-controller",
    };

    [Theory]
    [MemberData(nameof(ChaosTests.Seeds), MemberType = typeof(ChaosTests))]
    public void Nothing_is_made_twice(int seed)
    {
        var (calm, none) = Run(seed, kill: false);
        var (disturbed, kills) = Run(seed, kill: true);
        Assert.Equal(0, none);
        Assert.InRange(kills, 40, 400);
        Assert.Equal(string.Join('\n', calm), string.Join('\n', disturbed));
    }

    // What was made in all the time, by owner and with its number.
    private static (IReadOnlyList<string> Made, int Kills) Run(int seed, bool kill)
    {
        using var cluster = new SimulatedCluster(new SimulationOptions { Seed = seed, Latency = TimeSpan.FromMilliseconds(40) });
        var made = new List<string>();
        cluster.Journal = entry =>
        {
            if (entry.Added is { Head.Owners: [var owner, ..] } && entry.Plural != "events")
                made.Add($"{entry.Plural} of {owner.Kind} {owner.Name}");
        };
        var kills = 0;
        var seen = new HashSet<string>();
        if (kill)
            cluster.Faults.Refuse = write =>
            {
                if (write.Operation == "Create" && ControllersOf.TryGetValue(write.User[(write.User.LastIndexOf(':') + 1)..], out var name) && seen.Add($"{write.Resource} {write.Name}"))
                {
                    kills++;
                    cluster.Loop.Post(() => Replace(cluster, name));
                }
                return null;
            };
        Workload(cluster);
        Assert.Empty(cluster.Strays);
        return ([.. made.CountBy(static m => m).Select(static m => $"{m.Value} {m.Key}").Order(StringComparer.Ordinal)], kills);
    }

    private static void Replace(SimulatedCluster cluster, string name)
    {
        var controller = cluster.Controllers.Single(c => c.Name == name);
        controller.Kill();
        controller.Start();
    }

    private static void Workload(SimulatedCluster cluster)
    {
        cluster.Create(Services, Manifests.Service("web"));
        cluster.Create(Deployments, Manifests.Deployment("web", 6));
        cluster.Create(ReplicationControllers, """
            { "apiVersion": "v1", "kind": "ReplicationController", "metadata": { "namespace": "default", "name": "old" },
              "spec": { "replicas": 5, "template": { "metadata": { "labels": { "app": "old" } }, "spec": { "containers": [ { "name": "c", "image": "old:1" } ] } } } }
            """);
        cluster.Create(StatefulSets, Manifests.StatefulSet("db", 4, spec: """ "podManagementPolicy": "Parallel", """));
        cluster.Create(DaemonSets, Manifests.DaemonSet("agent"));
        cluster.Create(Jobs, Manifests.Job("many", """ "completions": 8, "parallelism": 4, """));
        cluster.Create(Jobs, Manifests.Job("indexed", """ "completions": 6, "parallelism": 3, "completionMode": "Indexed", """));
        cluster.Create(CronJobs, Manifests.CronJob("tick", "* * * * *"));
        cluster.Advance(TimeSpan.FromMinutes(2));
        // In the middle of making the first pods, more are asked for.
        cluster.Patch(Deployments, "default", "web", """{"spec":{"replicas":9}}""");
        cluster.Advance(TimeSpan.FromMilliseconds(100));
        cluster.Patch(Deployments, "default", "web", """{"spec":{"replicas":12}}""");
        foreach (var (resource, name) in new[] { (StatefulSets, "db"), (DaemonSets, "agent") })
            cluster.Patch(resource, "default", name, $$"""{ "spec": { "template": { "spec": { "containers": [ { "name": "c", "image": "{{name}}:2" } ] } } } }""");
        cluster.Advance(TimeSpan.FromMinutes(2));
        cluster.Patch(CronJobs, "default", "tick", """{"spec":{"suspend":true}}""");
        cluster.Advance(TimeSpan.FromSeconds(30));
    }
}
