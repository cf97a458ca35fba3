using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Api.Quotas;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.ResourceQuotas;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.Jobs;
using ActorKube.Controllers.Workloads.ReplicaSets;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Queues;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class ResourceQuotaTests
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);
    private readonly ControllerHarness _h = new ControllerHarness();

    public ResourceQuotaTests()
    {
        _h.Catalog.Serve("Pod", Pods).Serve("Service", WellKnownResources.Services).Serve("ConfigMap", ConfigMaps).Serve("ResourceQuota", WellKnownResources.ResourceQuotas).Serve("Job", Jobs).Serve("Node", WellKnownResources.Nodes, namespaced: false);
        _h.Run(new ResourceQuotaReconciler(new ResourceQuotaOptions(Settle, TimeSpan.FromMinutes(5), Rest)));
    }

    private JsonNode? Status => _h.Cluster.Json(WellKnownResources.ResourceQuotas, "default", "q")["status"];

    private string Used => Amounts.Read(Status?["used"] as JsonObject).ToString();

    private void AddQuota(string hard, string spec = "") => _h.Cluster.Create(WellKnownResources.ResourceQuotas,
        $$$"""{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"namespace":"default","name":"q"},"spec":{"hard":{{{hard}}}{{{spec}}}}}""");

    private void AddPod(string name, string spec = "") => _h.Cluster.Create(Pods,
        $$$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"{{{{name}}}}"},"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"100m"}}}]{{{{spec}}}}}}""");

    /// <summary>What the API server does before it writes a pod.</summary>
    private bool Charge()
    {
        var quota = Quota.Read(_h.Cluster.Json(WellKnownResources.ResourceQuotas, "default", "q"));
        var pods = quota.Usage["pods"].Value + 1;
        if (!quota.Usage.Has("pods") || pods > quota.Limits["pods"].Value)
            return false;
        _h.Cluster.Change(WellKnownResources.ResourceQuotas, "default", "q", q => q["status"]!["used"]!["pods"] = pods.ToString());
        return true;
    }

    [Fact]
    public void A_new_quota_gets_its_limits_and_its_count()
    {
        AddPod("a");
        AddPod("b");
        _h.Cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":"c"}}""");
        _h.Cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"other","name":"c"}}""");
        AddQuota("""{"pods":"10","requests.cpu":"2","configmaps":"5","count/jobs.batch":"3","count/widgets.example.com":"1"}""");
        _h.Settle();
        Assert.Equal("configmaps=1,count/jobs.batch=0,pods=2,requests.cpu=200m", Used);
        Assert.Equal("configmaps=5,count/jobs.batch=3,count/widgets.example.com=1,pods=10,requests.cpu=2", Amounts.Read(Status!["hard"] as JsonObject).ToString());
    }

    [Fact]
    public void Only_what_is_in_scope_is_counted()
    {
        AddPod("a", ""","activeDeadlineSeconds":10""");
        AddPod("b");
        AddQuota("""{"pods":"10"}""", ""","scopes":["Terminating"]""");
        _h.Settle();
        Assert.Equal("pods=1", Used);
    }

    [Fact]
    public void A_pod_that_goes_or_ends_is_given_back_at_once()
    {
        for (var i = 0; i < 3; i++)
            AddPod($"p{i}");
        AddQuota("""{"pods":"3","count/pods":"5"}""");
        _h.Advance(Settle);
        _h.Cluster.Vanish(Pods, "default", "p0");
        _h.Settle();
        Assert.Equal("count/pods=2,pods=2", Used);
        _h.Advance(2 * Rest);
        _h.Cluster.Change(Pods, "default", "p1", p => p["status"] = new JsonObject { ["phase"] = "Succeeded" });
        _h.Settle();
        Assert.Equal("count/pods=2,pods=1", Used);
    }

    [Fact]
    public void Pods_that_go_in_a_burst_are_given_back_together()
    {
        for (var i = 0; i < 20; i++)
            AddPod($"p{i}");
        AddQuota("""{"pods":"20","requests.cpu":"2"}""");
        _h.Advance(Settle);
        var before = _h.Decisions.Count;
        for (var i = 0; i < 18; i++)
        {
            _h.Cluster.Vanish(Pods, "default", $"p{i}");
            _h.Advance(Rest / 10);
        }
        // The first at once.
        Assert.Equal(2, _h.Decisions.Count - before);
        _h.Advance(2 * Rest);
        Assert.Equal(("pods=2,requests.cpu=200m", 3), (Used, _h.Decisions.Count - before));
    }

    [Theory]
    [InlineData("1", "", "1", "\"phase\":\"Running\"", false)]
    [InlineData("1", "\"phase\":\"Running\"", "1", "\"phase\":\"Succeeded\"", true)]
    [InlineData("1", "\"phase\":\"Failed\"", "1", "\"phase\":\"Succeeded\"", false)]
    [InlineData("1", "", "2", "", true)]
    [InlineData("0", "", "0", "", true)]
    [InlineData("1", "\"conditions\":[{\"type\":\"PodResizePending\"}]", "1", "", true)]
    public void Only_reports_that_may_change_what_a_pod_counts_for_are_read(string generation, string status, string later, string laterStatus, bool read)
    {
        Assert.Equal(read, Measured.MayDiffer(QuotaEvaluators.Pods, State(generation, status), State(later, laterStatus)));

        static CachedObject State(string generation, string status) => new(
            StoredObject.Parse(Manifests.Bytes($$$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"p","uid":"u","generation":{{{{generation}}}}},"status":{{{{{status}}}}}}""")), default);
    }

    [Fact]
    public void A_charge_without_an_object_is_given_back_when_nothing_can_be_under_way()
    {
        AddQuota("""{"pods":"3"}""");
        _h.Advance(Settle);
        Assert.True(Charge());
        _h.Settle();
        Assert.Equal("pods=1", Used);
        _h.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal("pods=1", Used);
        _h.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal("pods=0", Used);
    }

    [Fact]
    public void A_deletion_does_not_take_back_what_has_just_been_charged()
    {
        AddPod("old");
        AddQuota("""{"pods":"2"}""");
        _h.Advance(Settle);
        Assert.True(Charge());
        _h.Cluster.Vanish(Pods, "default", "old");
        _h.Settle();
        Assert.Equal("pods=1", Used);
        AddPod("new");
        _h.Advance(Settle * 2);
        Assert.Equal("pods=1", Used);
    }

    [Fact]
    public void Limits_that_change_count_at_once()
    {
        AddPod("a");
        AddQuota("""{"pods":"2"}""");
        _h.Settle();
        _h.Cluster.Change(WellKnownResources.ResourceQuotas, "default", "q", q => q["spec"]!["hard"] = new JsonObject { ["count/pods"] = "7" });
        _h.Settle();
        Assert.Equal("count/pods=1", Used);
        Assert.Equal("7", Status!["hard"].Text("count/pods"));
    }

    [Fact]
    public void Nothing_is_written_when_nothing_has_changed()
    {
        AddPod("a");
        AddQuota("""{"pods":"2"}""");
        _h.Advance(Settle);
        var (writes, turns) = (_h.Cluster.Log.Count, _h.Turns);
        _h.Cluster.Change(Pods, "default", "a", p => p["status"] = new JsonObject { ["phase"] = "Running" });
        _h.Cluster.Create(WellKnownResources.Services, """{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"s"},"spec":{}}""");
        _h.Settle();
        Assert.Equal(turns, _h.Turns);
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(writes + 1, _h.Cluster.Log.Count);
        Assert.InRange(_h.Turns - turns, 1, 14);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Charges_creations_deletions_and_counts_in_any_order_never_exceed_a_quota(int seed)
    {
        var random = new Random(seed);
        AddQuota("""{"pods":"5"}""");
        _h.Advance(Settle);
        var underWay = new Queue<(DateTimeOffset At, int Pod)>();
        var (made, refused) = (0, 0);
        for (var step = 0; step < 3000; step++)
        {
            switch (random.Next(5))
            {
                case 0 when Charge():
                    underWay.Enqueue((_h.Time.GetUtcNow(), made++));
                    break;
                case 0:
                    refused++;
                    break;
                case 1 when underWay.TryDequeue(out var create):
                    // One in ten fails after it was charged.
                    if (random.Next(10) > 0)
                        AddPod($"p{create.Pod}");
                    break;
                case 2 when _h.Cluster[Pods].All.ToArray() is { Length: > 0 } pods:
                    _h.Cluster.Vanish(Pods, "default", pods[random.Next(pods.Length)].Key.Name);
                    break;
                case 3:
                    _h.Settle();
                    break;
                case 4:
                    var pass = TimeSpan.FromMilliseconds(random.Next(400));
                    // No write takes longer than the settling time.
                    while (underWay.TryPeek(out var oldest) && oldest.At + Settle <= _h.Time.GetUtcNow() + pass)
                        AddPod($"p{underWay.Dequeue().Pod}");
                    _h.Advance(pass);
                    break;
                default:
                    break;
            }
            Assert.InRange(_h.Cluster[Pods].All.Count, 0, 5);
        }
        while (underWay.TryDequeue(out var last))
            AddPod($"p{last.Pod}");
        _h.Advance(Settle * 3);
        Assert.Equal($"pods={_h.Cluster[Pods].All.Count}", Used);
        // Quotas that are given back late would show here.
        Assert.InRange(made, 100, int.MaxValue);
        Assert.InRange(refused, 1, int.MaxValue);
    }

    [Theory]
    [InlineData("replicaset")]
    [InlineData("job")]
    public void A_used_up_quota_costs_its_workload_few_attempts_and_without_it_the_workload_goes_on(string kind)
    {
        _h.Run(kind == "job" ? new JobReconciler(new BackoffPolicy(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)), 500) : new ReplicaSetReconciler(ReplicaShape.ReplicaSet));
        AddQuota("""{"pods":"3"}""");
        _h.Advance(Settle);
        _h.Cluster.Fault = (verb, address) => verb == "create" && address.Resource == Pods && _h.Cluster.Find(WellKnownResources.ResourceQuotas, "default", "q") is not null && !Charge()
            ? ApiErrors.Forbidden(Pods.Resource, address.Name, "exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3") : null;
        if (kind == "job")
            _h.Cluster.Create(Jobs, Manifests.Job("web", "\"parallelism\":50,\"completions\":50"));
        else
            _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 50));
        _h.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(3, _h.Cluster[Pods].All.Count);
        Assert.InRange(_h.Cluster.Log.Count(l => l.StartsWith("create pods", StringComparison.Ordinal)), 5, 60);
        Assert.Contains(_h.Events, e => e is { Reason: "FailedCreate", Warning: true } && e.Message.Contains("exceeded quota: q", StringComparison.Ordinal));
        if (kind == "replicaset")
            Assert.Equal(("ReplicaFailure", "True", "FailedCreate"), Condition());

        _h.Cluster.Vanish(WellKnownResources.ResourceQuotas, "default", "q");
        _h.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(50, _h.Cluster[Pods].All.Count);
        if (kind == "replicaset")
            Assert.Empty(_h.Cluster.Json(ReplicaSets, "default", "web").Items("status", "conditions"));

        (string, string, string) Condition()
        {
            var condition = _h.Cluster.Json(ReplicaSets, "default", "web").Items("status", "conditions").Single();
            return (condition.Text("type"), condition.Text("status"), condition.Text("reason"));
        }
    }
}
