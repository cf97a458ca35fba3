using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation;
using ActorKube.Testing.Simulation.Nodes;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

public sealed class DeadlineTests : IDisposable
{
    private readonly SimulatedCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void A_rollout_that_makes_no_progress_says_so_when_its_deadline_has_passed_and_recovers()
    {
        _cluster.Create(Deployments, Manifests.Deployment("web", 2, spec: """ "progressDeadlineSeconds": 600, """));
        _cluster.Advance(TimeSpan.FromSeconds(10));
        _cluster.Patch(Deployments, "default", "web", """{"spec":{"template":{"metadata":{"annotations":{"simulated.actorkube.io/ready-after":"10h"}}}}}""");
        _cluster.Advance(TimeSpan.FromSeconds(590));
        Assert.Equal(("True", "ReplicaSetUpdated"), Condition(Deployments, "web", "Progressing"));
        _cluster.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(("False", "ProgressDeadlineExceeded"), Condition(Deployments, "web", "Progressing"));
        _cluster.Patch(Deployments, "default", "web", """{"spec":{"template":{"metadata":{"annotations":{"simulated.actorkube.io/ready-after":null}}}}}""");
        _cluster.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(("True", "NewReplicaSetAvailable"), Condition(Deployments, "web", "Progressing"));
    }

    [Fact]
    public void A_finished_job_goes_with_its_pods_when_its_time_to_live_is_over()
    {
        _cluster.Create(Jobs, Manifests.Job("once", """ "ttlSecondsAfterFinished": 3600, """));
        _cluster.Advance(TimeSpan.FromMinutes(59));
        Assert.Single(_cluster.Stored(Jobs));
        Assert.Single(_cluster.Stored(Pods));
        _cluster.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(_cluster.Stored(Jobs));
        Assert.Empty(_cluster.Stored(Pods));
    }

    [Fact]
    public void Finished_jobs_go_each_when_its_own_time_is_over_for_days()
    {
        using var cluster = new SimulatedCluster(new SimulationOptions
        {
            Heartbeats = false,
            Nodes = [],
            Scheduler = false,
            Played = [Played.Pods()],
            Controllers = ["job-controller", "ttl-after-finished-controller", "garbage-collector-controller", "serviceaccount-controller"],
        });
        var gone = new List<(string Name, TimeSpan At)>();
        cluster.Journal = entry =>
        {
            if (entry is { Plural: "jobs", Removed: { } key })
                gone.Add((key.Name, cluster.Time.Passed));
        };
        for (var days = 1; days <= 7; days++)
            cluster.Create(Jobs, Manifests.Job($"day-{days}", $" \"ttlSecondsAfterFinished\": {days * 86_400}, ", days % 2 == 0 ? "\"sleep\",\"5\"" : "\"sleep\",\"3600\""));
        cluster.Create(Jobs, Manifests.Job("kept"));
        cluster.Create(Jobs, Manifests.Job("changed", """ "ttlSecondsAfterFinished": 864000, """));
        cluster.Advance(TimeSpan.FromHours(60));
        Assert.Equal(["day-1", "day-2"], gone.Select(g => g.Name).Order());
        cluster.Patch(Jobs, "default", "changed", """{"spec":{"ttlSecondsAfterFinished":60}}""");
        cluster.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("changed", gone[^1].Name);
        cluster.Advance(TimeSpan.FromDays(6));
        Assert.Equal(8, gone.Count);
        foreach (var (name, at) in gone.Where(g => g.Name != "changed"))
        {
            var days = name[^1] - '0';
            Assert.InRange(at - TimeSpan.FromDays(days) - TimeSpan.FromSeconds(days % 2 == 0 ? 5 : 3600), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        }
        Assert.Equal(["kept"], cluster.Stored(Jobs).Select(j => j.Key.Name));
        Assert.Single(cluster.Stored(Pods));
        Assert.Empty(cluster.Strays);
    }

    [Fact]
    public void Failed_pods_of_a_job_are_replaced_after_waits_that_double_until_the_limit()
    {
        var made = new List<double>();
        _cluster.Journal = entry =>
        {
            if (entry.Plural == "pods" && entry.Added is not null)
                made.Add(_cluster.Time.Passed.TotalSeconds);
        };
        _cluster.Create(Jobs, Manifests.Job("broken", """ "backoffLimit": 4, """, "\"false\""));
        _cluster.Advance(TimeSpan.FromHours(1));
        Assert.Equal(("True", "BackoffLimitExceeded"), Condition(Jobs, "broken", "Failed"));
        Assert.Equal(5, made.Count);
        var waits = made.Zip(made.Skip(1), (a, b) => b - a).ToArray();
        Assert.All(waits.Zip([10.0, 20, 40, 80], (wait, least) => wait - least), late => Assert.InRange(late, -1, 2));
    }

    [Fact]
    public void A_job_that_runs_too_long_is_ended_at_its_deadline()
    {
        _cluster.Create(Jobs, Manifests.Job("endless", """ "activeDeadlineSeconds": 7200, """, "\"sleep\",\"1000000\""));
        _cluster.Advance(TimeSpan.FromMinutes(119));
        Assert.Equal(1, _cluster.Get(Jobs, "endless").Number("status", "active"));
        _cluster.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(("True", "DeadlineExceeded"), Condition(Jobs, "endless", "Failed"));
    }

    [Fact]
    public void Pods_of_a_node_that_falls_silent_are_evicted_after_their_toleration_and_run_elsewhere()
    {
        _cluster.Create(Deployments, Manifests.Deployment("web", 3));
        _cluster.Advance(TimeSpan.FromMinutes(1));
        var lost = _cluster.List(Pods)[0].Text("spec", "nodeName");
        _cluster.SetAlive(lost, alive: false);
        _cluster.Advance(TimeSpan.FromMinutes(4));
        Assert.Contains(_cluster.List(Pods), p => p.Text("spec", "nodeName") == lost);
        _cluster.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(3, _cluster.Get(Deployments, "web").Number("status", "availableReplicas"));
        Assert.Contains(_cluster.List(Nodes, null), n => n.Text("metadata", "name") == lost && n.Items("spec", "taints").Any(t => t.Text("key") == "node.kubernetes.io/unreachable"));
    }

    private (string Status, string Reason) Condition(Api.Names.GroupVersionResource resource, string name, string type)
    {
        var condition = _cluster.Get(resource, name).Items("status", "conditions").FirstOrDefault(c => c.Text("type") == type);
        return (condition.Text("status"), condition.Text("reason"));
    }
}
