using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Controllers.Accounts.Tokens;
using ActorKube.Controllers.Autoscaling;
using ActorKube.Controllers.Disruption;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.DaemonSets;
using ActorKube.Controllers.Workloads.Deployments;
using ActorKube.Controllers.Workloads.Jobs;
using ActorKube.Controllers.Workloads.ReplicaSets;
using ActorKube.Controllers.Workloads.StatefulSets;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Queues;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Malformed;

/// <summary>Faults that random objects have found, each in the smallest object that shows it: words that are none, and numbers at the end of what there is.</summary>
public class ExtremeNumbersTests
{
    private readonly ControllerHarness _h = new();

    private void Settles()
    {
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.DoesNotContain(_h.Decisions.SelectMany(static d => d.Reasons), static r => r.StartsWith("the reconciler failed", StringComparison.Ordinal));
        Assert.InRange(_h.Cluster.Log.Count, 0, 2000);
    }

    [Fact]
    public void An_operator_that_is_none_tolerates_nothing()
    {
        _h.Run(new DaemonSetReconciler(new DaemonSetOptions(250, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15))));
        _h.AddNode("n", """{"taints":[{"key":"k","effect":"NoSchedule"}]}""");
        _h.AddDaemonSet(podSpec: ""","tolerations":[{"key":"k","operator":"Perhaps"}]""");
        Settles();
        Assert.Empty(_h.Cluster[Pods].All);
    }

    [Theory]
    [InlineData(int.MaxValue, "100%", "0")]
    [InlineData(int.MaxValue, "2147483647", "2147483647")]
    [InlineData(int.MinValue, "100%", "0")]
    public void Sets_of_two_billion_replicas_are_added_up(int replicas, string surge, string unavailable)
    {
        static string Amount(string text) => text.EndsWith('%') ? $"\"{text}\"" : text;
        _h.Run(new DeploymentReconciler());
        _h.Cluster.Create(Deployments, $$$"""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"namespace":"default","name":"web","uid":"d"},"spec":{"replicas":{{{replicas}}},"strategy":{"rollingUpdate":{"maxSurge":{{{Amount(surge)}}},"maxUnavailable":{{{Amount(unavailable)}}}}},
            "selector":{"matchLabels":{"app":"web"}},"template":{{{Manifests.Template("web", "web:3")}}}}}
            """);
        foreach (var image in (ReadOnlySpan<string>)["web:1", "web:2", "web:3"])
            _h.Cluster.Create(ReplicaSets, $$$"""
                {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"namespace":"default","name":"web-{{{image[^1]}}}","labels":{"app":"web"},"annotations":{"deployment.kubernetes.io/revision":"9223372036854775807","deployment.kubernetes.io/desired-replicas":"5"},
                "ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":"d","controller":true}]},"spec":{"replicas":2147483647,"selector":{"matchLabels":{"app":"web"}},"template":{{{Manifests.Template("web", image)}}}},
                "status":{"replicas":2147483647,"readyReplicas":2147483647,"availableReplicas":2147483647,"terminatingReplicas":2147483647}}
                """);
        Settles();
        Assert.All(_h.Cluster[ReplicaSets].All, static s => Assert.InRange(s.Edit().Number("spec", "replicas")!.Value, 0, int.MaxValue));
        Assert.All(_h.Cluster[ReplicaSets].All.Select(static s => s.Edit().Text("metadata", "annotations", Revisions.Max)), static m => Assert.InRange(long.Parse(m, CultureInfo.InvariantCulture), 0, int.MaxValue));
        Assert.Equal(int.MaxValue, _h.Cluster.Json(Deployments, "default", "web").Number("status", "replicas"));
    }

    [Theory]
    [InlineData("replicas", "-2147483648")]
    [InlineData("replicas", "-9223372036854775808")]
    public void A_set_of_less_than_nothing_gives_up_its_pods(string field, string value)
    {
        _h.Run(new ReplicaSetReconciler(ReplicaShape.ReplicaSet)).Run(new StatefulSetReconciler());
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 2).Replace($"\"{field}\":2", $"\"{field}\":{value}", StringComparison.Ordinal));
        _h.Cluster.Create(Pods, Manifests.Pod("web-a", "web"));
        _h.Cluster.Create(StatefulSets, $$$"""{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"namespace":"default","name":"db"},"spec":{"{{{field}}}":{{{value}}},"ordinals":{"start":{{{value}}}},"selector":{"matchLabels":{"app":"db"}},"template":{{{Manifests.Template("db")}}}}}""");
        _h.Settle();
        _h.MakeAllReady();
        Settles();
        Assert.Empty(_h.Cluster[Pods].All);
    }

    [Theory]
    [InlineData("\"parallelism\":-2147483648", 0)]
    [InlineData("\"parallelism\":-2147483648,\"completions\":null", 0)]
    [InlineData("\"parallelism\":1,\"completions\":-2147483648", 0)]
    public void A_job_of_less_than_nothing_makes_nothing(string spec, int pods)
    {
        _h.Run(new JobReconciler(new BackoffPolicy(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)), 500));
        _h.Cluster.Create(Jobs, Manifests.Job("work", spec));
        Settles();
        Assert.Equal(pods, _h.Cluster[Pods].All.Count);
    }

    [Fact]
    public void Failures_of_an_index_are_counted_as_far_as_numbers_go()
    {
        _h.Run(new JobReconciler(new BackoffPolicy(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)), 500));
        _h.Cluster.Create(Jobs, Manifests.Job("work", "\"completionMode\":\"Indexed\",\"completions\":2,\"backoffLimitPerIndex\":2147483647,\"backoffLimit\":2147483647"));
        _h.Settle();
        var pod = _h.Cluster[Pods].All.First();
        _h.Cluster.Change(Pods, "default", pod.Key.Name, static p =>
        {
            foreach (var count in (ReadOnlySpan<string>)[JobNames.FailureCount, JobNames.IgnoredCount])
                p.Child("metadata").Child("annotations")[count] = "2147483646";
            p["status"] = new JsonObject { ["phase"] = "Failed" };
        });
        Settles();
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Contains(_h.Cluster[Pods].All, p => p.Key != pod.Key && p.Edit().Text("metadata", "annotations", JobNames.FailureCount) == "2147483647");
    }

    [Fact]
    public void A_pod_with_another_writing_of_a_place_is_no_member()
    {
        _h.Run(new StatefulSetReconciler());
        _h.Cluster.Create(StatefulSets, $$$"""{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"namespace":"default","name":"web","uid":"w"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"web"}},"template":{{{Manifests.Template("web")}}}}}""");
        foreach (var name in (ReadOnlySpan<string>)["web-0", "web-00"])
            _h.Cluster.Create(Pods, Manifests.Pod(name, "web").Replace("\"labels\"", "\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"StatefulSet\",\"name\":\"web\",\"uid\":\"w\",\"controller\":true}],\"labels\"", StringComparison.Ordinal));
        Settles();
        Assert.Equal(1, _h.Cluster.Json(StatefulSets, "default", "web").Number("status", "replicas"));
    }

    [Fact]
    public void A_budget_over_four_billion_pods_is_reckoned_with_the_largest_number()
    {
        _h.Run(new DisruptionReconciler(new DisruptionOptions(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2))));
        foreach (var name in (ReadOnlySpan<string>)["a", "b"])
        {
            _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet(name, int.MaxValue).Replace("\"metadata\":{", $"\"metadata\":{{\"uid\":\"{name}\",", StringComparison.Ordinal));
            _h.Cluster.Create(Pods, Manifests.Pod(name, "web").Replace("\"labels\"", $$$"""
                "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"{{{name}}}","uid":"{{{name}}}","controller":true}],"labels"
                """, StringComparison.Ordinal));
        }
        _h.Cluster.Create(PodDisruptionBudgets, """{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"namespace":"default","name":"web"},"spec":{"selector":{"matchLabels":{"app":"web"}},"maxUnavailable":1}}""");
        Settles();
        Assert.Equal(int.MaxValue, _h.Cluster.Json(PodDisruptionBudgets, "default", "web").Number("status", "expectedPods"));
    }

    [Theory]
    [InlineData("""{"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"1"}}}""")]
    [InlineData("""{"type":"Resource","resource":{"name":"memory","target":{"type":"Utilization","averageUtilization":2147483647}}}""")]
    public void Pods_that_use_more_than_there_is_are_scaled_up(string metric)
    {
        var target = new AutoscaledTarget();
        target.Create(3, metric, max: int.MaxValue);
        target.Load(1, 1, memoryBytes: long.MaxValue);
        target.Settle();
        target.Turn();
        Assert.DoesNotContain(target.Harness.Decisions.SelectMany(static d => d.Reasons), static r => r.StartsWith("the reconciler failed", StringComparison.Ordinal));
        Assert.InRange(target.Replicas, 3, int.MaxValue);
    }

    [Fact]
    public void Scalings_of_billions_are_held_against_their_policies()
    {
        var history = ScalingHistory.Empty;
        var now = _h.Informers.Clock.Now;
        for (var i = 0; i < 3; i++)
            history = history.WithScaling(int.MinValue, now, TimeSpan.FromHours(1)).WithScaling(int.MaxValue, now, TimeSpan.FromHours(1));
        var rules = ScalingRules.Read(JsonNode.Parse("""{"policies":[{"type":"Pods","value":2147483647,"periodSeconds":60},{"type":"Percent","value":2147483647,"periodSeconds":60}]}""")!)!;
        foreach (var (current, desired) in (ReadOnlySpan<(int, int)>)[(0, int.MaxValue), (int.MaxValue, 0)])
            Assert.InRange(ScalingLimits.Ruled(current, desired, 0, int.MaxValue, rules, rules, history, now).Replicas, 0, int.MaxValue);
    }

    [Fact]
    public void Tracking_that_begins_at_the_end_of_the_calendar_has_not_begun()
    {
        _h.Run(new UnusedTokenCleaner(TimeSpan.FromDays(365)));
        _h.Cluster.Create(ConfigMaps, """{"metadata":{"namespace":"kube-system","name":"kube-apiserver-legacy-service-account-token-tracking"},"data":{"since":"9999-12-31"}}""");
        _h.Cluster.Create(Secrets, """{"metadata":{"namespace":"default","name":"s","annotations":{"kubernetes.io/service-account.name":"web"}},"type":"kubernetes.io/service-account-token"}""");
        Settles();
    }

    [Fact]
    public void After_the_last_number_of_a_revision_comes_the_same_once_more()
    {
        _h.Run(new DaemonSetReconciler(new DaemonSetOptions(250, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15))));
        _h.AddNode("n");
        _h.AddDaemonSet();
        _h.RunAll();
        _h.Cluster.Change(ControllerRevisions, "default", _h.Cluster[ControllerRevisions].All.Single().Key.Name, static r => r["revision"] = long.MaxValue);
        _h.SetImage(DaemonSets, "d", "d:2");
        _h.RunAll();
        _h.SetImage(DaemonSets, "d", "d:1");
        _h.RunAll();
        Settles();
        Assert.All(_h.Cluster[ControllerRevisions].All, static r => Assert.Equal(long.MaxValue, r.Edit().Number("revision")));
    }
}
