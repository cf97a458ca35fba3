using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

/// <summary>A clock that is set by an hour, either way, while something waits: nothing ends early, nothing waits for the clock to come back, nobody runs in circles.</summary>
public sealed class ClockTests : IDisposable
{
    private readonly SimulatedCluster _cluster = new();

    public static TheoryData<int> Settings => [1, -1];

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [MemberData(nameof(Settings))]
    public void Pods_of_a_lost_node_are_evicted_when_they_have_tolerated_it_long_enough_and_not_before(int hours)
    {
        _cluster.Create(Deployments, Manifests.Deployment("web", 3));
        Pass(60);
        var lost = _cluster.List(Pods)[0].Text("spec", "nodeName");
        _cluster.SetAlive(lost, alive: false);
        _cluster.Until(() => _cluster.List(Nodes, null).Any(n => n.Items("spec", "taints").Any(t => t.Text("effect") == "NoExecute")), TimeSpan.FromMinutes(2), "the lost node is tainted");
        Pass(100);
        Set(hours);
        Pass(190);
        Assert.Contains(_cluster.List(Pods), p => p.Text("spec", "nodeName") == lost);
        Pass(20);
        Assert.DoesNotContain(_cluster.List(Pods), p => p.Text("spec", "nodeName") == lost && p.Text("metadata", "deletionTimestamp").Length == 0);
        Pass(60);
        Assert.Equal(3, _cluster.Get(Deployments, "web").Number("status", "availableReplicas"));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Pods_become_available_when_they_have_been_ready_long_enough(int hours)
    {
        _cluster.Create(Deployments, Manifests.Deployment("web", 2, spec: """ "minReadySeconds": 300, """));
        _cluster.Create(StatefulSets, Manifests.StatefulSet("db", 2, spec: """ "minReadySeconds": 300, "podManagementPolicy": "Parallel", """));
        Pass(120);
        Set(hours);
        Pass(170);
        Assert.Equal(0, Available(Deployments, "web") + Available(StatefulSets, "db"));
        Pass(30);
        Assert.Equal((2, 2), (Available(Deployments, "web"), Available(StatefulSets, "db")));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Deadlines_and_times_to_live_are_over_when_that_much_time_has_passed(int hours)
    {
        _cluster.Create(Jobs, Manifests.Job("endless", """ "activeDeadlineSeconds": 600, """, "\"sleep\",\"1000000\""));
        _cluster.Create(Jobs, Manifests.Job("short", """ "ttlSecondsAfterFinished": 600, """));
        _cluster.Create(Deployments, Manifests.Deployment("stuck", 1, spec: """ "progressDeadlineSeconds": 600, """, annotations: "\"simulated.actorkube.io/ready-after\": \"10h\""));
        Pass(300);
        Set(hours);
        Pass(290);
        Assert.Equal(("", "", true), (Reason(Jobs, "endless", "Failed"), Reason(Deployments, "stuck", "Progressing") == "ProgressDeadlineExceeded" ? "late" : "", _cluster.List(Jobs).Any(j => j.Text("metadata", "name") == "short")));
        Pass(40);
        Assert.Equal(("DeadlineExceeded", "ProgressDeadlineExceeded", false), (Reason(Jobs, "endless", "Failed"), Reason(Deployments, "stuck", "Progressing"), _cluster.List(Jobs).Any(j => j.Text("metadata", "name") == "short")));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_job_that_is_running_completes_as_soon_as_its_pod_has_succeeded(int hours)
    {
        _cluster.Create(Jobs, Manifests.Job("long", command: "\"sleep\",\"1000000\""));
        Pass(300);
        Set(hours);
        var pod = new ObjectAddress(Pods, "default", _cluster.List(Pods)[0].Text("metadata", "name"), "status");
        _cluster.Run(() => _cluster.Administrator.PatchAsync(pod, PatchType.Merge, """{"status":{"phase":"Succeeded"}}"""u8.ToArray()).AsTask());
        Pass(10);
        Assert.Equal("CompletionsReached", Reason(Jobs, "long", "Complete"));
        var status = _cluster.Get(Jobs, "long");
        Assert.Equal(hours < 0, status.Time("status", "completionTime") == status.Time("status", "startTime"));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Failed_pods_of_a_job_are_replaced_after_the_same_waits(int hours)
    {
        var made = new List<double>();
        _cluster.Journal = entry =>
        {
            if (entry.Plural == "pods" && entry.Added is not null)
                made.Add(_cluster.Time.Passed.TotalSeconds);
        };
        _cluster.Create(Jobs, Manifests.Job("broken", """ "backoffLimit": 4, """, "\"false\""));
        Pass(40);
        Set(hours);
        Pass(600);
        Assert.Equal(5, made.Count);
        Assert.All(made.Zip(made.Skip(1), (a, b) => b - a).Zip([10.0, 20, 40, 80], (wait, least) => wait - least), late => Assert.InRange(late, -1, 2));
        Assert.Equal("BackoffLimitExceeded", Reason(Jobs, "broken", "Failed"));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void What_a_quota_gives_back_is_given_back_at_once(int hours)
    {
        _cluster.Create(ResourceQuotas, """{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"namespace":"default","name":"q"},"spec":{"hard":{"count/configmaps":"5"}}}""");
        Pass(30);
        _cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":"a"}}""");
        Set(hours);
        Pass(10);
        var used = Used();
        _cluster.Delete(ConfigMaps, "default", "a");
        Pass(10);
        Assert.Equal(used - 1, Used());

        int Used() => int.Parse(_cluster.Get(ResourceQuotas, "q").Text("status", "used", "count/configmaps"), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_pod_that_found_no_node_is_placed_as_soon_as_there_is_one(int hours)
    {
        _cluster.Create(Pods, """{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"picky"},"spec":{"nodeSelector":{"disk":"fast"},"containers":[{"name":"c","image":"c:1"}]}}""");
        Pass(5);
        Set(hours);
        _cluster.Patch(Nodes, "", "node-2", """{"metadata":{"labels":{"disk":"fast"}}}""");
        Pass(15);
        Assert.Equal("node-2", _cluster.Get(Pods, "picky").Text("spec", "nodeName"));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Nothing_is_done_about_a_cluster_at_rest_and_nobody_runs_in_circles(int hours)
    {
        _cluster.Create(Deployments, Manifests.Deployment("web", 3));
        _cluster.Create(DaemonSets, Manifests.DaemonSet("agent"));
        _cluster.Create(StatefulSets, Manifests.StatefulSet("db", 2));
        Pass(300);
        var (writes, calm) = (0, Turns());
        Pass(600);
        calm = Turns() - calm;
        _cluster.Journal = entry => writes += entry.Plural is "leases" ? 0 : 1;
        var turns = Turns();
        Set(hours);
        Pass(300);
        Set(-hours);
        Pass(300);
        Assert.Equal(0, writes);
        // Each setting forwards costs one look at what waits.
        Assert.InRange(Turns() - turns, 0, calm + 200);
    }

    private void Pass(int seconds) => _cluster.Advance(TimeSpan.FromSeconds(seconds));

    private void Set(int hours) => _cluster.Time.Jump(TimeSpan.FromHours(hours));

    private long Turns() => _cluster.Controllers.Sum(static c => c.Turns);

    private long Available(Api.Names.GroupVersionResource resource, string name) => _cluster.Get(resource, name).Number("status", "availableReplicas") ?? 0;

    private string Reason(Api.Names.GroupVersionResource resource, string name, string type) =>
        _cluster.Get(resource, name).Items("status", "conditions").FirstOrDefault(c => c.Text("type") == type).Text("reason");
}
