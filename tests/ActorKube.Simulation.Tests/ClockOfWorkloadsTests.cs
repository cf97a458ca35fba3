using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation;
using ActorKube.Testing.Simulation.Nodes;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

/// <summary>An hour forward or back on the clock of the machine, in the middle of everything.</summary>
public sealed class ClockOfWorkloadsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Nothing_is_done_twice_by_a_clock_that_is_set(int hours)
    {
        using var cluster = new SimulatedCluster(new SimulationOptions
        {
            Heartbeats = false,
            Nodes = [],
            Scheduler = false,
            Played = [Played.Pods()],
            Controllers =
            [
                "cronjob-controller", "job-controller", "deployment-controller", "replicaset-controller", "statefulset-controller", "ttl-after-finished-controller", "garbage-collector-controller",
                "serviceaccount-controller",
            ],
        });
        var (jobs, pods) = (new List<string>(), new List<string>());
        cluster.Journal = entry =>
        {
            if (entry.Added is not { } item || entry.Plural is not ("jobs" or "pods"))
                return;
            (entry.Plural == "jobs" ? jobs : pods).Add(entry.Plural == "jobs" ? item.Key.Name : item.Head.Controller!.Name);
        };
        cluster.Create(CronJobs, Manifests.CronJob("tick", "*/10 * * * *"));
        cluster.Create(CronJobs, Manifests.CronJob("slow", "*/10 * * * *", """ "concurrencyPolicy": "Forbid", """, command: "\"sleep\",\"1000000\""));
        cluster.Create(Deployments, Manifests.Deployment("web", 3));
        cluster.Create(StatefulSets, Manifests.StatefulSet("db", 2));
        cluster.Create(Jobs, Manifests.Job("long", """ "completions": 2, "parallelism": 2, """, "\"sleep\",\"5400\""));
        cluster.Create(Jobs, Manifests.Job("kept", """ "ttlSecondsAfterFinished": 86400, """));
        cluster.Advance(TimeSpan.FromMinutes(35));
        Assert.Equal(3, jobs.Count(j => j.StartsWith("tick-", StringComparison.Ordinal)));
        cluster.Time.Jump(TimeSpan.FromHours(hours));
        cluster.Advance(TimeSpan.FromHours(4));

        Assert.Equal(jobs.Count, jobs.Distinct().Count());
        Assert.Single(jobs, j => j.StartsWith("slow-", StringComparison.Ordinal));
        // The hour that never was is answered for by the job whose time it is when that is noticed; the hour that comes again has none.
        Assert.Equal(hours > 0 ? 3 + 24 : 3 + 18, jobs.Count(j => j.StartsWith("tick-", StringComparison.Ordinal)));
        Assert.Equal(2, pods.Count(p => p == "long"));
        Assert.Equal(1, pods.Count(p => p == "kept"));
        Assert.Equal(3, pods.Count(p => p.StartsWith("web-", StringComparison.Ordinal)));
        Assert.Equal(2, pods.Count(p => p == "db"));
        Assert.All(pods.GroupBy(p => p).Where(p => p.Key.StartsWith("tick-", StringComparison.Ordinal)), p => Assert.Single(p));
        Assert.Equal(3, cluster.Get(Deployments, "web").Number("status", "availableReplicas"));
        Assert.Equal(2, cluster.Get(Jobs, "long").Number("status", "succeeded"));
        Assert.Contains(cluster.List(Jobs), j => j.Text("metadata", "name") == "kept");
        Assert.Empty(cluster.Strays);
    }
}
