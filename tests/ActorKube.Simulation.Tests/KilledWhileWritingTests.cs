using ActorKube.Api.Names;
using ActorKube.Testing.Simulation;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

/// <summary>
/// The worst moment: a controller has sent a write and dies before it is done. Its successor begins at once, when it may or may not be done. Every controller dies so at every other of its writes of each
/// kind to each object: creations, deletions and changes.
/// </summary>
public sealed class KilledWhileWritingTests
{
    [Theory]
    [MemberData(nameof(ChaosTests.Seeds), MemberType = typeof(ChaosTests))]
    public void Nothing_is_done_twice_when_workloads_grow_and_shrink(int seed) => IsDoneOnce(seed, Workloads, 200);

    private static void IsDoneOnce(int seed, Action<SimulatedCluster> workload, int leastKills)
    {
        var (calm, none) = Run(seed, kill: false, workload);
        var (disturbed, kills) = Run(seed, kill: true, workload);
        Assert.Equal(0, none);
        Assert.InRange(kills, leastKills, 10 * leastKills);
        Assert.Equal(string.Join('\n', calm), string.Join('\n', disturbed));
    }

    // What was made and what was removed in all the time, by owner and with its number.
    private static (IReadOnlyList<string> Done, int Kills) Run(int seed, bool kill, Action<SimulatedCluster> workload)
    {
        using var cluster = new SimulatedCluster(new SimulationOptions { Seed = seed, Latency = TimeSpan.FromMilliseconds(40) });
        var done = new List<string>();
        var names = new Dictionary<(string, ObjectKey), string>();
        cluster.Journal = entry =>
        {
            if (entry.Plural is "events" or "leases")
                return;
            if (entry.Added is { } item)
                done.Add("made " + (names[(entry.Plural, item.Key)] = $"{entry.Plural} {(item.Head.Owners is [var owner, ..] ? $"of {owner.Kind} {owner.Name}" : item.Key)}"));
            else if (entry.Removed is { } key)
                done.Add($"removed {names.GetValueOrDefault((entry.Plural, key), entry.Plural + " of before")}");
        };
        var kills = 0;
        var seen = new Dictionary<(string, string), int>();
        if (kill)
            cluster.Faults.Refuse = write =>
            {
                if (write.Resource.StartsWith("events", StringComparison.Ordinal) || cluster.Controllers.FirstOrDefault(c => c.User == write.User) is not { } writer)
                    return null;
                var times = seen[(writer.Name, $"{write.Operation} {write.Resource} {write.Namespace}/{write.Name}")] = seen.GetValueOrDefault((writer.Name, $"{write.Operation} {write.Resource} {write.Namespace}/{write.Name}")) + 1;
                if (times % 2 == 0)
                    return null;
                kills++;
                cluster.Loop.Post(() =>
                {
                    writer.Kill();
                    writer.Start();
                });
                return null;
            };
        workload(cluster);
        Assert.Empty(cluster.Strays);
        return ([.. done.CountBy(static d => d).Select(static d => $"{d.Value} {d.Key}").Order(StringComparer.Ordinal)], kills);
    }

    private static void Workloads(SimulatedCluster cluster)
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
        cluster.Create(Jobs, Manifests.Job("endless", """ "parallelism": 6, """, "\"sleep\",\"100000\""));
        cluster.Create(CronJobs, Manifests.CronJob("tick", "* * * * *"));
        cluster.Advance(TimeSpan.FromMinutes(2));
        // In the middle of making the first pods, more are asked for.
        cluster.Patch(Deployments, "default", "web", """{"spec":{"replicas":9}}""");
        cluster.Advance(TimeSpan.FromMilliseconds(100));
        cluster.Patch(Deployments, "default", "web", """{"spec":{"replicas":12}}""");
        Image(cluster, StatefulSets, "db", "db:2");
        Image(cluster, DaemonSets, "agent", "agent:2");
        cluster.Advance(TimeSpan.FromMinutes(2));
        Image(cluster, Deployments, "web", "web:2");
        Image(cluster, DaemonSets, "agent", "agent:3");
        cluster.Patch(ReplicationControllers, "default", "old", """{"spec":{"replicas":2}}""");
        cluster.Patch(Jobs, "default", "endless", """{"spec":{"parallelism":2}}""");
        cluster.Patch(StatefulSets, "default", "db", """{"spec":{"replicas":2}}""");
        cluster.Advance(TimeSpan.FromMinutes(2));
        cluster.Patch(Deployments, "default", "web", """{"spec":{"replicas":5}}""");
        cluster.Patch(CronJobs, "default", "tick", """{"spec":{"suspend":true}}""");
        cluster.Advance(TimeSpan.FromMinutes(1));
    }

    private static void Image(SimulatedCluster cluster, GroupVersionResource resource, string name, string image) =>
        cluster.Patch(resource, "default", name, $$"""{ "spec": { "template": { "spec": { "containers": [ { "name": "c", "image": "{{image}}" } ] } } } }""");
}
