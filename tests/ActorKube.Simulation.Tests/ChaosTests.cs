using System.Globalization;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Testing.Simulation;
using ActorKube.Testing.Simulation.Faults;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

public sealed class ChaosTests
{
    private static readonly GroupVersionResource[] Compared =
        [Deployments, ReplicaSets, StatefulSets, DaemonSets, ControllerRevisions, Jobs, CronJobs, Pods, Services, EndpointSlices, Endpoints, PodDisruptionBudgets, Namespaces, ServiceAccounts, ConfigMaps, Nodes];

    // What is made under a name of its own, exactly once, whoever dies meanwhile: jobs of a schedule, and pods of jobs.
    private sealed record Outcome(IReadOnlyList<string> State, IReadOnlyList<string> Once, int Kills, IReadOnlyList<string> Lost, IReadOnlyCollection<string> Strays);

    private static Outcome Run(int seed, bool disturbed)
    {
        using var cluster = new SimulatedCluster(new SimulationOptions { Seed = seed, Latency = TimeSpan.FromMilliseconds(4) });
        var once = new List<string>();
        cluster.Journal = entry =>
        {
            if (entry.Added is { } item && (entry.Plural == "jobs" || item.Head.Owners.Any(o => o.Kind == "Job")))
                once.Add($"{entry.Plural} of {(item.Head.Owners.Count > 0 ? item.Head.Owners[0].Name : "")}{(entry.Plural == "jobs" ? item.Key.Name : "")}");
        };
        var chaos = new Chaos(cluster, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(150));
        if (disturbed)
            chaos.Begin();
        Workload(cluster);
        chaos.End();
        cluster.Advance(TimeSpan.FromSeconds(50));
        var state = cluster.Run(() => EndState.ReadAsync(cluster.Administrator, Compared));
        return new Outcome(state, [.. once.Order(StringComparer.Ordinal)], chaos.Kills, [.. cluster.Controllers.SelectMany(c => c.Lost)], cluster.Strays);
    }

    internal static void Workload(SimulatedCluster cluster)
    {
        cluster.Create(Services, """{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"web"},"spec":{"selector":{"app":"web"},"ports":[{"port":80}]}}""");
        cluster.Create(PodDisruptionBudgets, """{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"namespace":"default","name":"web"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"web"}}}}""");
        cluster.Create(Deployments, Manifests.Deployment("web", 4, annotations: "\"simulated.actorkube.io/ready-after\": \"2s\""));
        cluster.Create(Deployments, Manifests.Deployment("api", 3));
        cluster.Create(StatefulSets, Manifests.StatefulSet("db", 3));
        cluster.Create(DaemonSets, Manifests.DaemonSet("agent"));
        cluster.Create(CronJobs, Manifests.CronJob("tick", "* * * * *"));
        cluster.Create(Jobs, Manifests.Job("many", """ "completions": 8, "parallelism": 3, """));
        cluster.Create(Jobs, Manifests.Job("indexed", """ "completions": 4, "parallelism": 2, "completionMode": "Indexed", """));
        cluster.Create(Jobs, Manifests.Job("broken", """ "backoffLimit": 2, """, "\"false\""));
        cluster.Create(Jobs, Manifests.Job("brief", """ "ttlSecondsAfterFinished": 60, """));
        cluster.Advance(TimeSpan.FromSeconds(20));
        Image(cluster, Deployments, "web", "web:2");
        cluster.Patch(Deployments, "default", "api", """{"spec":{"replicas":6}}""");
        cluster.Advance(TimeSpan.FromSeconds(4));
        // In the middle of the rollout.
        Image(cluster, Deployments, "web", "web:3");
        cluster.Patch(Deployments, "default", "web", """{"spec":{"replicas":7}}""");
        cluster.Advance(TimeSpan.FromSeconds(26));
        Image(cluster, StatefulSets, "db", "db:2");
        Image(cluster, DaemonSets, "agent", "agent:2");
        cluster.Patch(StatefulSets, "default", "db", """{"spec":{"replicas":5}}""");
        cluster.Advance(TimeSpan.FromSeconds(30));
        cluster.Delete(Deployments, "default", "api", new DeleteOptions { PropagationPolicy = "Foreground" });
        cluster.Patch(StatefulSets, "default", "db", """{"spec":{"replicas":2}}""");
        cluster.Advance(TimeSpan.FromSeconds(100));
        cluster.Patch(CronJobs, "default", "tick", """{"spec":{"suspend":true}}""");
        cluster.Advance(TimeSpan.FromSeconds(20));
    }

    private static void Image(SimulatedCluster cluster, GroupVersionResource resource, string name, string image) =>
        cluster.Patch(resource, "default", name, $$"""{ "spec": { "template": { "spec": { "containers": [ { "name": "c", "image": "{{image}}" } ] } } } }""");

    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(1, int.Parse(Environment.GetEnvironmentVariable("ACTORKUBE_CHAOS_SEEDS") ?? "3", CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Controllers_killed_all_the_time_come_to_the_same_end(int seed)
    {
        var (calm, disturbed) = (Run(seed, disturbed: false), Run(seed, disturbed: true));
        Assert.Equal("", Text(calm.Strays.Concat(disturbed.Strays)));
        Assert.Equal("", Text(disturbed.Lost));
        Assert.InRange(disturbed.Kills, 500, 2000);
        Assert.Equal(Text(calm.Once), Text(disturbed.Once));
        Assert.Equal(Text(calm.State.Except(disturbed.State)), Text(disturbed.State.Except(calm.State)));
        Assert.Equal(calm.State.Count, disturbed.State.Count);
    }

    private static string Text(IEnumerable<string> lines) => string.Join('\n', lines);
}
