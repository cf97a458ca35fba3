using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.DaemonSets;
using ActorKube.Controllers.Workloads.Deployments;
using ActorKube.Controllers.Workloads.Jobs;
using ActorKube.Controllers.Workloads.StatefulSets;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Queues;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

/// <summary>Owners, stored before anybody checked, whose selector does not match their own template.</summary>
public class ContradictionTests
{
    private readonly ControllerHarness _h = new ControllerHarness()
        .Run(new JobReconciler(new BackoffPolicy(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)), 500))
        .Run(new DeploymentReconciler())
        .Run(new StatefulSetReconciler())
        .Run(new DaemonSetReconciler(new DaemonSetOptions(250, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15))));

    private static readonly Dictionary<string, GroupVersionResource> Owners = new()
    {
        ["Deployment"] = Deployments, ["StatefulSet"] = StatefulSets, ["DaemonSet"] = DaemonSets,
    };

    private void Add(string kind, string extra = "") => _h.Cluster.Create(Owners[kind], $$$"""
        {"apiVersion":"apps/v1","kind":"{{{kind}}}","metadata":{"namespace":"default","name":"web"},
        "spec":{"selector":{"matchLabels":{"app":"other"}},"template":{{{Manifests.Template("web")}}}{{{extra}}}}}
        """);

    private void AddForeignPods(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            _h.Cluster.Create(Pods, Manifests.Pod(name, "other", ",\"status\":{\"phase\":\"Running\"}"));
    }

    [Theory]
    [InlineData("Deployment", "ReplicaSetCreateError")]
    [InlineData("StatefulSet", "FailedCreate")]
    [InlineData("DaemonSet", "FailedCreate")]
    public void It_makes_nothing_and_still_tells_which_generation_it_has_seen(string kind, string reason)
    {
        _h.AddNode("n1");
        Add(kind);
        _h.Settle();
        Assert.Empty(_h.Cluster[Pods].All);
        Assert.Empty(_h.Cluster[ReplicaSets].All);
        Assert.Equal(1, _h.Cluster.Json(Owners[kind], "default", "web").Number("status", "observedGeneration"));
        Assert.Contains(_h.Events, e => e.Warning && e.Reason == reason && e.Message.EndsWith(": `selector` does not match template `labels`", StringComparison.Ordinal));
        Assert.InRange(_h.Turns, 1, 10);
    }

    [Theory]
    [InlineData("Deployment", "This deployment is selecting all pods. A non-empty selector is required.", 1)]
    [InlineData("DaemonSet", "This daemon set is selecting all pods. A non-empty selector is required.", null)]
    public void One_that_selects_everything_is_told_so_and_of_a_deployment_that_it_was_seen(string kind, string message, int? generation)
    {
        _h.Cluster.Create(Owners[kind], $$$"""{"apiVersion":"apps/v1","kind":"{{{kind}}}","metadata":{"namespace":"default","name":"web"},"spec":{"selector":{},"template":{{{Manifests.Template("web")}}}}}""");
        _h.Advance(TimeSpan.FromMinutes(5));
        Assert.All(_h.Events, e => Assert.Equal((true, "SelectingAll", message), (e.Warning, e.Reason, e.Message)));
        Assert.InRange(_h.Events.Count, 1, 3);
        Assert.Equal(generation, _h.Cluster.Json(Owners[kind], "default", "web").Number("status", "observedGeneration"));
    }

    [Fact]
    public void A_deployment_of_that_kind_exceeds_its_deadline_and_stays_so()
    {
        Add("Deployment", ",\"progressDeadlineSeconds\":60");
        _h.Settle();
        string Reason() => _h.Cluster.Json(Deployments, "default", "web").Items("status", "conditions").Single(c => c.Text("type") == "Progressing").Text("reason");
        Assert.Equal("ReplicaSetCreateError", Reason());
        _h.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("ProgressDeadlineExceeded", Reason());
        var writes = _h.Cluster.Log.Count;
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal("ProgressDeadlineExceeded", Reason());
        Assert.Equal(writes, _h.Cluster.Log.Count);
    }

    [Theory]
    [InlineData("OrderedReady")]
    [InlineData("Parallel")]
    public void A_stateful_set_of_that_kind_keeps_the_pods_that_it_cannot_replace_and_gives_up_those_without_a_place(string policy)
    {
        AddForeignPods("web-0", "web-1");
        Add("StatefulSet", $",\"replicas\":1,\"podManagementPolicy\":\"{policy}\"");
        _h.Settle();
        _h.MakeAllReady();
        _h.Settle();
        _h.MakeAllReady();
        _h.Settle();
        Assert.Equal("web-0", Assert.Single(_h.Cluster[Pods].All).Key.Name);
        Assert.DoesNotContain("create pods default/web-0", _h.Cluster.Log.Skip(3));
    }

    [Fact]
    public void A_parallel_stateful_set_of_two_billion_replicas_is_told_once()
    {
        AddForeignPods("web-3");
        Add("StatefulSet", $",\"replicas\":{int.MaxValue},\"podManagementPolicy\":\"Parallel\"");
        _h.Settle();
        Assert.Single(_h.Cluster[Pods].All);
        Assert.InRange(_h.Events.Count, 1, _h.Turns);
    }

    [Fact]
    public void A_daemon_set_of_that_kind_keeps_the_pods_that_it_cannot_replace()
    {
        _h.AddNode("n1");
        AddForeignPods("old");
        _h.Cluster.MakeReady(_h.Cluster.Find(Pods, "default", "old")!, _h.Time.GetUtcNow());
        Add("DaemonSet");
        _h.Settle();
        Assert.Null(Assert.Single(_h.Cluster[Pods].All).Head.Deleted);
    }

    [Theory]
    [InlineData("selector", """{"matchLabels":{"app":"other"}}""")]
    [InlineData("selector", "{}")]
    [InlineData("completionMode", "\"Unheard\"")]
    [InlineData("template", """{"metadata":{"labels":{"app":"other"}},"spec":{"containers":[]}}""")]
    public void A_job_that_is_deleted_lets_go_of_all_its_pods(string field, string value)
    {
        _h.Cluster.Create(Jobs, Manifests.Job("pi", "\"parallelism\":2,\"completions\":2"));
        _h.Settle();
        Assert.Equal(2, _h.Cluster[Pods].All.Count);
        _h.Cluster.Change(Jobs, "default", "pi", j => j["spec"]![field] = JsonNode.Parse(value));
        _h.Cluster.Delete(new ObjectAddress(Jobs, "default", "pi"), new DeleteOptions { PropagationPolicy = "Foreground" });
        foreach (var pod in _h.Cluster[Pods].All.ToArray())
            _h.Cluster.Delete(ObjectAddress.Of(Pods, pod.Key));
        _h.Settle();
        Assert.Empty(_h.Cluster[Pods].All);
    }

    [Fact]
    public void A_job_of_that_kind_starts_counts_what_it_has_and_makes_nothing()
    {
        _h.Cluster.Create(Jobs, Manifests.Job("pi", $"\"template\":{Manifests.Template("other")},\"completions\":2"));
        _h.Cluster.Create(Pods, Manifests.Pod("done", "pi", ",\"status\":{\"phase\":\"Succeeded\"}"));
        _h.Settle();
        var status = _h.Cluster.Json(Jobs, "default", "pi")["status"]!;
        Assert.NotNull(status.Time("startTime"));
        Assert.Equal(1, status.Number("succeeded"));
        Assert.Single(_h.Cluster[Pods].All);
        Assert.Contains(_h.Events, e => e is { Warning: true, Reason: "FailedCreate", Message: "Error creating: `selector` does not match template `labels`" });
    }
}
