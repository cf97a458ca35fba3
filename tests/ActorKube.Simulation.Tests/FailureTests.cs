using ActorKube.Api.Names;
using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

public sealed class FailureTests : IDisposable
{
    private readonly SimulatedCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void A_controller_whose_pods_are_refused_says_so_backs_off_and_goes_on_when_they_are_not()
    {
        _cluster.Faults.Refuse = write => write is { Operation: "Create", Resource: "pods" } && write.Name.StartsWith("web-", StringComparison.Ordinal) ? "no pods of this kind today" : null;
        _cluster.Create(Deployments, Manifests.Deployment("web", 3));
        _cluster.Create(Deployments, Manifests.Deployment("api", 2));
        _cluster.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(2, _cluster.Get(Deployments, "api").Number("status", "availableReplicas"));
        var set = _cluster.List(ReplicaSets).Single(s => s.Text("metadata", "name").StartsWith("web-", StringComparison.Ordinal));
        Assert.Contains(_cluster.EventsOf(set.Text("metadata", "name")), e => e.StartsWith("FailedCreate: Error creating: pods \"web-", StringComparison.Ordinal) && e.Contains("no pods of this kind today"));
        Assert.Equal(("True", "FailedCreate"), Condition(set, "ReplicaFailure"));
        Assert.Equal(("True", "FailedCreate"), Condition(_cluster.Get(Deployments, "web"), "ReplicaFailure"));
        // 5 ms that double: seventeen attempts in ten minutes, each of one pod only, and looks that its own status caused.
        Assert.InRange(_cluster.Faults.Refused, 5, 40);

        _cluster.Faults.Refuse = null;
        _cluster.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(3, _cluster.Get(Deployments, "web").Number("status", "availableReplicas"));
        Assert.Equal(("", ""), Condition(_cluster.Get(Deployments, "web"), "ReplicaFailure"));
    }

    [Theory]
    [InlineData("deployments.apps/status", "deployment-controller")]
    [InlineData("statefulsets.apps/status", "statefulset-controller")]
    [InlineData("daemonsets.apps/status", "daemonset-controller")]
    [InlineData("jobs.batch/status", "job-controller")]
    [InlineData("cronjobs.batch/status", "cronjob-controller")]
    public void A_controller_whose_status_is_refused_backs_off(string resource, string controller)
    {
        _cluster.Faults.Refuse = write => write.Resource == resource ? "not now" : null;
        _cluster.Create(Deployments, Manifests.Deployment("web", 2));
        _cluster.Create(StatefulSets, Manifests.StatefulSet("db", 2));
        _cluster.Create(DaemonSets, Manifests.DaemonSet("agent"));
        _cluster.Create(Jobs, Manifests.Job("once"));
        _cluster.Create(CronJobs, Manifests.CronJob("yearly", "0 0 1 1 *"));
        _cluster.Create(CronJobs, Manifests.CronJob("tick", "*/5 * * * *"));
        _cluster.Advance(TimeSpan.FromMinutes(10));
        Assert.InRange(_cluster.Faults.Refused, 1, 80);
        Assert.InRange(_cluster.Controllers.Single(c => c.Name == controller).Failures, 1, 80);
        // What does not depend on the status goes on.
        Assert.Equal(2, _cluster.List(Pods).Count(p => p.Text("metadata", "labels", "app") == "web"));
        Assert.Equal(3, _cluster.List(Pods).Count(p => p.Text("metadata", "labels", "app") == "agent"));

        _cluster.Faults.Refuse = null;
        _cluster.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(2, _cluster.Get(Deployments, "web").Number("status", "availableReplicas"));
        Assert.Equal(2, _cluster.Get(StatefulSets, "db").Number("status", "availableReplicas"));
        Assert.Equal(3, _cluster.Get(DaemonSets, "agent").Number("status", "numberAvailable"));
        Assert.Equal(1, _cluster.Get(Jobs, "once").Number("status", "succeeded"));
        Assert.NotEqual("", _cluster.Get(CronJobs, "tick").Text("status", "lastScheduleTime"));
    }

    [Fact]
    public void Two_sets_with_the_same_selector_keep_their_own_pods()
    {
        _cluster.Create(Deployments, Manifests.Deployment("web", 3));
        _cluster.Create(Deployments, Manifests.Deployment("web2", 2).Replace("\"app\": \"web2\"", "\"app\": \"web\"", StringComparison.Ordinal));
        _cluster.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(3, _cluster.Get(Deployments, "web").Number("status", "availableReplicas"));
        Assert.Equal(2, _cluster.Get(Deployments, "web2").Number("status", "availableReplicas"));
        Assert.Equal(5, _cluster.List(Pods).Count);
        var before = _cluster.Controllers.Sum(c => c.Turns);
        _cluster.Advance(TimeSpan.FromMinutes(30));
        Assert.InRange(_cluster.Controllers.Single(c => c.Name == "replicaset-controller").Turns, 1, 100);
        Assert.InRange(_cluster.Controllers.Where(c => c.Name is "deployment-controller" or "replicaset-controller").Sum(c => c.Turns), 1, before);
    }

    [Fact]
    public void Orphans_of_dead_owners_are_collected_and_those_with_a_living_one_only_lose_the_dead()
    {
        var alive = _cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":"alive"}}""").Head.Uid;
        const string Dead = """{ "apiVersion": "v1", "kind": "ConfigMap", "name": "dead", "uid": "00000000-0000-0000-0000-000000000001" }""";
        _cluster.Create(ConfigMaps, $$"""{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "namespace": "default", "name": "orphan", "ownerReferences": [ {{Dead}} ] } }""");
        _cluster.Create(ConfigMaps, $$"""
            { "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "namespace": "default", "name": "child",
              "ownerReferences": [ {{Dead}}, { "apiVersion": "v1", "kind": "ConfigMap", "name": "alive", "uid": "{{alive}}" } ] } }
            """);
        _cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":"strange","ownerReferences":[{"apiVersion":"example.com/v1","kind":"Widget","name":"w","uid":"00000000-0000-0000-0000-000000000002"}]}}""");
        _cluster.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["alive", "child", "kube-root-ca.crt", "strange"], _cluster.List(ConfigMaps).Select(c => c.Text("metadata", "name")));
        Assert.Equal(["alive"], _cluster.Get(ConfigMaps, "child").Items("metadata", "ownerReferences").Select(o => o.Text("name")));
        // Whether a kind that is not served has such an object cannot be known: nothing is deleted, and nobody asks in a loop.
        Assert.InRange(_cluster.Controllers.Single(c => c.Name == "garbage-collector-controller").Failures, 0, 30);
    }

    [Fact]
    public void A_clock_set_forwards_makes_one_job_for_all_that_was_missed_and_one_set_backwards_makes_none_twice()
    {
        using var cluster = new SimulatedCluster();
        var made = new List<string>();
        cluster.Journal = entry =>
        {
            if (entry.Plural == "jobs" && entry.Added is { } job)
                made.Add(job.Key.Name);
        };
        cluster.Create(CronJobs, Manifests.CronJob("tick", "* * * * *"));
        cluster.Create(Deployments, Manifests.Deployment("web", 3));
        cluster.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(3, made.Count);
        cluster.Time.Jump(TimeSpan.FromDays(3));
        cluster.Advance(TimeSpan.FromMinutes(2));
        Assert.InRange(made.Count, 4, 6);
        Assert.Contains(cluster.EventsOf("tick"), e => e.StartsWith("TooManyMissedTimes: too many missed start times", StringComparison.Ordinal));
        var pods = cluster.List(Pods).Count(p => p.Text("metadata", "labels", "app") == "web");
        Assert.Equal(3, pods);

        cluster.Time.Jump(TimeSpan.FromHours(-2));
        var before = made.Count;
        cluster.Advance(TimeSpan.FromMinutes(90));
        Assert.Equal(before, made.Count);
        cluster.Advance(TimeSpan.FromMinutes(35));
        Assert.InRange(made.Count, before + 3, before + 7);
        Assert.Equal(made.Count, made.Distinct().Count());
        Assert.Equal(3, cluster.Get(Deployments, "web").Number("status", "availableReplicas"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_clock_that_is_set_loses_no_node_that_beats_and_hides_none_that_is_silent(int hours)
    {
        _cluster.Create(Deployments, Manifests.Deployment("web", 3));
        _cluster.Advance(TimeSpan.FromMinutes(2));
        var marked = 0;
        _cluster.Journal = entry => marked += entry.Plural == "nodes" ? 1 : 0;
        _cluster.Time.Jump(TimeSpan.FromHours(hours));
        _cluster.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, marked);

        var silent = _cluster.List(Pods)[0].Text("spec", "nodeName");
        _cluster.SetAlive(silent, alive: false);
        _cluster.Advance(TimeSpan.FromSeconds(20));
        _cluster.Time.Jump(TimeSpan.FromHours(hours));
        _cluster.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(0, marked);
        _cluster.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([silent], _cluster.List(Nodes, null).Where(n => n.Items("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "Unknown")).Select(n => n.Text("metadata", "name")));
    }

    [Theory]
    [InlineData("every day", "", "UnparseableSchedule: unparseable schedule: \"every day\"")]
    [InlineData("* * * * *", "Nowhere/Land", "UnknownTimeZone: invalid timeZone: \"Nowhere/Land\": unknown time zone Nowhere/Land")]
    [InlineData("0 0 31 2 *", "", "InvalidSchedule: invalid schedule: 0 0 31 2 *")]
    public void Cron_jobs_that_cannot_be_understood_say_so_and_others_run(string schedule, string zone, string expected)
    {
        _cluster.Plant(new GroupResource("batch", "cronjobs"), $$"""
            { "apiVersion": "batch/v1", "kind": "CronJob",
              "metadata": { "namespace": "default", "name": "old", "uid": "00000000-0000-0000-0000-000000000003", "creationTimestamp": "2029-12-31T00:00:00Z", "generation": 1 },
              "spec": { "schedule": "{{schedule}}", {{(zone.Length > 0 ? $"\"timeZone\": \"{zone}\"," : "")}} "concurrencyPolicy": "Allow", "suspend": false,
                "jobTemplate": { "spec": { "template": { "spec": { "restartPolicy": "Never", "containers": [ { "name": "c", "image": "job:1" } ] } } } } } }
            """);
        _cluster.Create(CronJobs, Manifests.CronJob("tick", "* * * * *"));
        _cluster.Advance(TimeSpan.FromMinutes(30));
        Assert.Contains(_cluster.EventsOf("old"), e => e.StartsWith(expected, StringComparison.Ordinal));
        Assert.DoesNotContain(_cluster.List(Jobs), j => j.Text("metadata", "name").StartsWith("old-", StringComparison.Ordinal));
        Assert.NotEmpty(_cluster.List(Jobs));
        Assert.InRange(_cluster.Controllers.Single(c => c.Name == "cronjob-controller").Turns, 30, 400);
    }

    private static (string Status, string Reason) Condition(System.Text.Json.Nodes.JsonObject item, string type)
    {
        var condition = item.Items("status", "conditions").FirstOrDefault(c => c.Text("type") == type);
        return (condition.Text("status"), condition.Text("reason"));
    }
}
