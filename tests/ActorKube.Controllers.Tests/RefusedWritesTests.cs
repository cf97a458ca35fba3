using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Namespaces;
using ActorKube.Controllers.Nodes;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.CronJobs;
using ActorKube.Controllers.Workloads.DaemonSets;
using ActorKube.Controllers.Workloads.Jobs;
using ActorKube.Controllers.Workloads.StatefulSets;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Queues;
using static ActorKube.Machinery.Client.WellKnownResources;
using R = ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

/// <summary>What is refused about one object holds up no other that the same decision is about.</summary>
public class RefusedWritesTests
{
    private static readonly ControllersOptions Options = ControllersOptions.From(Akka.Configuration.Config.Empty);

    private readonly ControllerHarness _h = new();

    private void Refuse(Func<string, ObjectAddress, bool> refused) =>
        _h.Cluster.Fault = (verb, address) => refused(verb, address) ? ApiErrors.Forbidden(address.Resource.Resource, address.Name, "not today") : null;

    private string[] Names(Api.Names.GroupVersionResource resource) => [.. _h.Cluster[resource].All.Select(static o => o.Key.Name).Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("patch")]
    [InlineData("delete")]
    public void Of_the_pods_of_a_node_that_is_gone_only_the_one_that_cannot_be_written_stays(string verb)
    {
        _h.Run(new PodGarbageCollector(Options.PodGarbage));
        foreach (var pod in (string[])["a", "b", "c"])
            _h.Cluster.Create(Pods, $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"{{{pod}}}"},"spec":{"nodeName":"gone"},"status":{"phase":"Running"}}""");
        Refuse((v, address) => v == verb && address.Name == "a");
        _h.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(["a"], Names(Pods));
        Assert.InRange(_h.Cluster.Log.Count(l => l.StartsWith($"{verb} pods", StringComparison.Ordinal) && l.EndsWith("/a", StringComparison.Ordinal)), 1, 25);
    }

    [Fact]
    public void Where_only_so_many_claims_can_be_had_so_many_pods_of_a_parallel_set_run()
    {
        _h.Run(new StatefulSetReconciler());
        Refuse(static (verb, address) => verb == "create" && address.Resource == PersistentVolumeClaims && address.Name is not ("data-db-0" or "data-db-1"));
        AddStatefulSet(5);
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["db-0", "db-1"], Names(Pods));
        Assert.Contains(_h.Events, static e => e.Reason == "FailedCreate" && e.Message.StartsWith("create Claim data-db-2 for Pod db-2 in StatefulSet db failed error: ", StringComparison.Ordinal));
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(5, Names(Pods).Length);
    }

    [Fact]
    public void No_claims_are_made_for_hundreds_of_pods_that_cannot_be_had()
    {
        _h.Run(new StatefulSetReconciler());
        Refuse(static (verb, address) => verb == "create" && address.Resource == Pods && address.Name is not ("db-0" or "db-1"));
        AddStatefulSet(300);
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["db-0", "db-1"], Names(Pods));
        Assert.InRange(Names(PersistentVolumeClaims).Length, 3, 5);
    }

    private void AddStatefulSet(int replicas) => _h.Cluster.Create(StatefulSets, $$$"""
        {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"namespace":"default","name":"db"},"spec":{"replicas":{{{replicas}}},"serviceName":"svc","podManagementPolicy":"Parallel",
        "selector":{"matchLabels":{"app":"db"}},"updateStrategy":{"type":"RollingUpdate"},"template":{{{Manifests.Template("db", "db:1")}}},
        "volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"]}}]}}
        """);

    [Fact]
    public void A_daemon_pod_that_cannot_be_deleted_keeps_no_new_node_from_getting_one_and_one_that_cannot_be_made_keeps_none_from_going()
    {
        _h.Run(new DaemonSetReconciler(new DaemonSetOptions(250, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15))));
        _h.AddNode("a", labels: """{"disk":"ssd"}""");
        _h.AddNode("b", labels: """{"disk":"ssd"}""");
        _h.AddDaemonSet(podSpec: ""","nodeSelector":{"disk":"ssd"}""");
        _h.Settle();
        var (kept, going) = (PodOf("a"), PodOf("b"));
        Refuse((verb, address) => verb == "delete" && address.Name == kept);
        _h.Cluster.Change(R.Nodes, "", "a", static n => n["metadata"]!["labels"]!["disk"] = "hdd");
        _h.AddNode("c", labels: """{"disk":"ssd"}""");
        _h.Advance(TimeSpan.FromSeconds(10));
        Assert.Contains("c", Targets);

        Refuse(static (verb, address) => verb == "create" && address.Resource == Pods);
        _h.Cluster.Change(R.Nodes, "", "b", static n => n["metadata"]!["labels"]!["disk"] = "hdd");
        _h.AddNode("d", labels: """{"disk":"ssd"}""");
        _h.Advance(TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(going, Names(Pods));
        Assert.DoesNotContain("d", Targets);

        string PodOf(string node) => _h.Cluster[Pods].All.Single(p => Daemons.TargetOf(p.Edit()) == node).Key.Name;
    }

    private IEnumerable<string> Targets => _h.Cluster[Pods].All.Select(static p => Daemons.TargetOf(p.Edit()));

    [Theory]
    [InlineData("delete", "tick-31557601 tick-31557603 tick-31557604")]
    [InlineData("update", "tick-31557603 tick-31557604")]
    public void A_cron_job_starts_jobs_although_old_ones_cannot_be_deleted_or_its_status_not_be_written(string verb, string expected)
    {
        _h.Run(new CronJobReconciler());
        _h.Cluster.Create(CronJobs, $$$"""
            {"apiVersion":"batch/v1","kind":"CronJob","metadata":{"namespace":"default","name":"tick"},"spec":{"schedule":"* * * * *","successfulJobsHistoryLimit":2,
             "jobTemplate":{"spec":{"template":{{{Manifests.Template("tick")}}} } } } }
            """);
        Refuse((v, address) => v == verb && (verb == "update" || address.Name == "tick-31557601"));
        for (var minute = 0; minute < 4; minute++)
        {
            _h.Advance(TimeSpan.FromMinutes(1));
            foreach (var job in _h.Cluster[Jobs].All.Where(static j => j.Edit()["status"] is null).ToArray())
                _h.Cluster.Change(Jobs, "default", job.Key.Name, j => j["status"] = new JsonObject
                {
                    ["startTime"] = j["metadata"]!["creationTimestamp"]!.DeepClone(),
                    ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Complete", ["status"] = "True" }),
                });
        }
        _h.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(expected.Split(' '), Names(Jobs));
    }

    [Fact]
    public void Pods_of_a_silent_node_are_no_longer_ready_although_it_cannot_be_tainted()
    {
        _h.Run(new NodeLifecycle(Options.NodeLifecycle));
        foreach (var node in (string[])["n1", "n2"])
            _h.Cluster.Create(R.Nodes, $$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{node}}}"},"status":{"conditions":[{"type":"Ready","status":"True"}]}}""");
        foreach (var pod in (string[])["a", "b"])
            _h.Cluster.Create(Pods, $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"{{{pod}}}"},"spec":{"nodeName":"n1"},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}""");
        Refuse(static (verb, address) => verb == "patch" && ((address.Resource == R.Nodes && address.Subresource.Length == 0) || address.Name == "a"));
        _h.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((true, false), (IsReady("a"), IsReady("b")));
        Refuse(static (verb, address) => verb == "patch" && address.Name == "a");
        _h.Advance(TimeSpan.FromMinutes(20));
        Assert.Contains(_h.Cluster.Json(R.Nodes, "", "n1").Items("spec", "taints"), static t => t.Text("key") == "node.kubernetes.io/unreachable");

        bool IsReady(string pod) => PodView.Project(_h.Cluster.Find(Pods, "default", pod)!).Ready;
    }

    [Fact]
    public void A_namespace_is_emptied_although_its_conditions_cannot_be_written()
    {
        _h.Catalog.Serve("ConfigMap", ConfigMaps).Serve("Namespace", R.Namespaces, namespaced: false);
        _h.Run(new NamespaceReconciler());
        _h.Cluster.Create(R.Namespaces, """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"team"},"spec":{"finalizers":["kubernetes"]}}""");
        _h.Cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"team","name":"c"}}""");
        Refuse(static (_, address) => address.Subresource == "status");
        _h.Cluster.Delete(new ObjectAddress(R.Namespaces, "", "team"));
        _h.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(Names(ConfigMaps));
        Assert.Empty(Names(R.Namespaces));
    }

    [Fact]
    public void Of_the_pods_of_a_suspended_job_only_the_one_that_cannot_be_written_goes_on()
    {
        _h.Run(new JobReconciler(new BackoffPolicy(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)), 500));
        _h.Cluster.Create(Jobs, Manifests.Job("pi", "\"parallelism\":3,\"completions\":3", "\"restartPolicy\":\"Never\"", ""));
        _h.Settle();
        var stuck = Names(Pods)[0];
        Refuse((verb, address) => verb == "patch" && address.Name == stuck);
        _h.Cluster.Change(Jobs, "default", "pi", static j => j["spec"]!["suspend"] = true);
        _h.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([stuck], Names(Pods));
    }
}
