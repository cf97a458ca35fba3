using ActorKube.Api.Errors;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Nodes;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.DaemonSets;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class DaemonSetTests
{
    private readonly ControllerHarness _h =
        new ControllerHarness().Run(new DaemonSetReconciler(new DaemonSetOptions(250, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15))));

    private System.Text.Json.Nodes.JsonNode Status => _h.Cluster.Json(DaemonSets, "default", "d")["status"]!;

    private IEnumerable<string> Targets => _h.Cluster[Pods].All.Select(p => Daemons.TargetOf(p.Edit())).Order();

    [Fact]
    public void Every_node_gets_one_pod_that_may_run_only_there()
    {
        _h.AddNode("a");
        _h.AddNode("b");
        _h.AddDaemonSet(podSpec: ""","hostNetwork":true,"tolerations":[{"key":"mine","operator":"Exists"}]""");
        _h.Settle();
        Assert.Equal(["a", "b"], Targets);
        var pod = _h.Cluster[Pods].All.First().Edit();
        Assert.Equal(
            ["mine:", "node.kubernetes.io/not-ready:NoExecute", "node.kubernetes.io/unreachable:NoExecute", "node.kubernetes.io/disk-pressure:NoSchedule", "node.kubernetes.io/memory-pressure:NoSchedule",
             "node.kubernetes.io/pid-pressure:NoSchedule", "node.kubernetes.io/unschedulable:NoSchedule", "node.kubernetes.io/network-unavailable:NoSchedule"],
            pod.Items("spec", "tolerations").Select(t => $"{t.Text("key")}:{t.Text("effect")}"));
        var revision = Assert.Single(_h.Cluster[ControllerRevisions].All);
        Assert.Equal($"d-{pod.Text("metadata", "labels", "controller-revision-hash")}", revision.Key.Name);
        Assert.Equal("replace", revision.Edit().Text("data", "spec", "template", "$patch"));
        _h.AddNode("c");
        _h.Settle();
        Assert.Equal(["a", "b", "c"], Targets);
        Assert.Contains(_h.Events, e => e.Reason == "SuccessfulCreate" && e.Message.StartsWith("Created pod: d-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"taints":[{"key":"k","effect":"NoSchedule"}]}""", "{}", "", false, true)]
    [InlineData("""{"taints":[{"key":"k","effect":"NoExecute"}]}""", "{}", "", false, false)]
    [InlineData("""{"taints":[{"key":"k","effect":"PreferNoSchedule"}]}""", "{}", "", true, true)]
    [InlineData("""{"taints":[{"key":"k","value":"v","effect":"NoSchedule"}]}""", "{}", ""","tolerations":[{"key":"k","value":"v"}]""", true, true)]
    [InlineData("""{"unschedulable":true,"taints":[{"key":"node.kubernetes.io/unschedulable","effect":"NoSchedule"}]}""", "{}", "", true, true)]
    [InlineData("{}", """{"disk":"ssd"}""", ""","nodeSelector":{"disk":"ssd"}""", true, true)]
    [InlineData("{}", """{"disk":"hdd"}""", ""","nodeSelector":{"disk":"ssd"}""", false, false)]
    [InlineData("{}", "{}", ""","nodeName":"other" """, false, false)]
    [InlineData("{}", """{"disk":"ssd"}""", ""","affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"disk","operator":"NotIn","values":["ssd"]}]}]}}}""", false, false)]
    [InlineData("{}", """{"disk":"ssd"}""", ""","affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{},{"matchExpressions":[{"key":"disk","operator":"Exists"}]}]}}}""", true, true)]
    public void A_node_has_its_say(string node, string labels, string podSpec, bool run, bool stay)
    {
        _h.AddNode("n", node, labels);
        _h.AddDaemonSet(podSpec: podSpec);
        _h.Settle();
        Assert.Equal(run ? 1 : 0, _h.Cluster[Pods].All.Count);
        var view = NodeOf(_h.Cluster.Find(WellKnownResources.Nodes, "", "n")!);
        Assert.Equal((run, stay), DaemonSetView.Project(_h.Cluster.Find(DaemonSets, "default", "d")!).Placement.On(view));
        Assert.Equal(run ? 1 : 0, Status.Number("desiredNumberScheduled"));
    }

    [Fact]
    public void A_pod_goes_when_its_node_is_no_longer_chosen_and_counts_as_misplaced_till_then()
    {
        _h.AddNode("n", labels: """{"disk":"ssd"}""");
        _h.AddDaemonSet(podSpec: ""","nodeSelector":{"disk":"ssd"}""");
        _h.Settle();
        _h.RunAll();
        _h.Cluster.Change(WellKnownResources.Nodes, "", "n", n => n["metadata"]!["labels"]!["disk"] = "hdd");
        _h.Settle();
        Assert.Equal((0L, 1L), (Status.Number("desiredNumberScheduled"), Status.Number("numberMisscheduled")));
        _h.RunAll();
        Assert.Empty(_h.Cluster[Pods].All);
        Assert.Equal(0, Status.Number("numberMisscheduled"));
    }

    [Fact]
    public void A_pod_that_waits_for_a_node_which_is_gone_is_deleted()
    {
        _h.AddNode("n");
        _h.AddDaemonSet();
        _h.Settle();
        _h.Cluster.Vanish(WellKnownResources.Nodes, "", "n");
        _h.Settle();
        Assert.Empty(_h.Cluster[Pods].All);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2", 2)]
    [InlineData("\"50%\"", 2)]
    public void A_rolling_update_replaces_no_more_pods_at_once_than_may_be_unavailable(string maxUnavailable, int atOnce)
    {
        foreach (var node in "abcd")
            _h.AddNode($"{node}");
        _h.AddDaemonSet(strategy: $$$"""{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":{{{maxUnavailable}}},"maxSurge":0}}""");
        _h.Settle();
        _h.RunAll();
        Assert.Equal(4, Status.Number("numberAvailable"));
        _h.SetImage(DaemonSets, "d", "d:2");
        for (var updated = 0; updated < 4; updated += atOnce)
        {
            _h.Settle();
            Assert.Equal(atOnce, _h.Cluster[Pods].All.Count(p => p.Head.Deleted is not null));
            Assert.Equal(updated, Status.Number("updatedNumberScheduled") ?? 0);
            _h.RunAll();
            _h.RunAll();
        }
        Assert.All(_h.Cluster[Pods].All, p => Assert.Equal("d:2", Daemons.ImageOf(p)));
        Assert.Equal((4L, 4L, null), (Status.Number("updatedNumberScheduled"), Status.Number("numberAvailable"), Status.Number("numberUnavailable")));
        Assert.Equal([1L, 2L], _h.Cluster[ControllerRevisions].All.Select(r => r.Edit().Number("revision")!.Value).Order());
    }

    [Fact]
    public void Broken_old_pods_are_replaced_whatever_may_be_unavailable()
    {
        foreach (var node in "abc")
            _h.AddNode($"{node}");
        _h.AddDaemonSet();
        _h.Settle();
        _h.SetImage(DaemonSets, "d", "d:2");
        _h.Settle();
        Assert.All(_h.Cluster[Pods].All, p => Assert.Equal("d:2", Daemons.ImageOf(p)));
    }

    [Fact]
    public void Broken_old_pods_use_up_what_may_be_unavailable()
    {
        foreach (var node in "abc")
            _h.AddNode($"{node}");
        _h.AddDaemonSet();
        _h.Settle();
        _h.RunAll();
        var broken = _h.Cluster[Pods].All.First().Key.Name;
        _h.Cluster.Change(Pods, "default", broken, static p => p["status"]!["conditions"]![0]!["status"] = "False");
        _h.Settle();
        _h.SetImage(DaemonSets, "d", "d:2");
        _h.Settle();
        Assert.Equal(broken, Assert.Single(_h.Cluster[Pods].All, static p => p.Head.Deleted is not null).Key.Name);
    }

    [Theory]
    [InlineData(true, "a")]
    [InlineData(false, "a b")]
    public void With_surge_an_old_pod_on_a_node_no_longer_chosen_goes_when_it_is_broken_or_not_needed(bool broken, string kept)
    {
        _h.AddNode("a");
        _h.AddNode("b");
        _h.AddDaemonSet(strategy: """{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":0,"maxSurge":1}}""");
        _h.Settle();
        _h.RunAll();
        var leaving = _h.Cluster[Pods].All.Single(static p => Daemons.TargetOf(p.Edit()) == "b").Key.Name;
        // On such a node pods may stay, but none may come.
        _h.Cluster.Change(WellKnownResources.Nodes, "", "b", static n => n["spec"] = System.Text.Json.Nodes.JsonNode.Parse("""{"taints":[{"key":"k","effect":"NoSchedule"}]}"""));
        if (broken)
            _h.Cluster.Change(Pods, "default", leaving, static p => p["status"]!["conditions"]![0]!["status"] = "False");
        else
            _h.Cluster.Change(Pods, "default", _h.Cluster[Pods].All.First(p => p.Key.Name != leaving).Key.Name, static p => p["status"]!["conditions"]![0]!["status"] = "False");
        _h.Settle();
        _h.SetImage(DaemonSets, "d", "d:2");
        _h.Settle();
        Assert.Equal(kept, string.Join(' ', _h.Cluster[Pods].All.Where(static p => p.Head.Deleted is null).Select(static p => Daemons.TargetOf(p.Edit())).Distinct().Order()));
        _h.RunAll();
        _h.RunAll();
        Assert.Equal(["a"], Targets);
        Assert.All(_h.Cluster[Pods].All, static p => Assert.Equal("d:2", Daemons.ImageOf(p)));
    }

    [Fact]
    public void A_toleration_of_the_template_about_the_same_taint_gives_its_place_to_that_of_daemons()
    {
        _h.AddNode("a");
        _h.AddDaemonSet(podSpec: ""","tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":5},{"key":"mine","operator":"Exists"}]""");
        _h.Settle();
        var tolerations = _h.Cluster[Pods].All.Single().Edit().Items("spec", "tolerations").ToArray();
        Assert.Equal(["node.kubernetes.io/not-ready", "mine", "node.kubernetes.io/unreachable"], tolerations.Take(3).Select(static t => t.Text("key")));
        Assert.Null(tolerations[0]["tolerationSeconds"]);
        Assert.Equal(7, tolerations.Length);
    }

    [Fact]
    public void With_surge_the_new_pod_is_available_before_the_old_one_goes()
    {
        _h.AddNode("a");
        _h.AddNode("b");
        _h.AddDaemonSet(strategy: """{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":0,"maxSurge":1}}""", spec: ",\"minReadySeconds\":10");
        _h.Settle();
        _h.RunAll();
        _h.Advance(TimeSpan.FromSeconds(11));
        _h.SetImage(DaemonSets, "d", "d:2");
        _h.Settle();
        Assert.Equal(3, _h.Cluster[Pods].All.Count);
        _h.RunAll();
        Assert.DoesNotContain(_h.Cluster[Pods].All, p => p.Head.Deleted is not null);
        for (var i = 0; i < 2; i++)
        {
            _h.Advance(TimeSpan.FromSeconds(11));
            _h.RunAll();
            Assert.InRange(Status.Number("numberAvailable") ?? 0, 1, 2);
        }
        _h.Advance(TimeSpan.FromSeconds(11));
        _h.RunAll();
        Assert.Equal(2, _h.Cluster[Pods].All.Count);
        Assert.All(_h.Cluster[Pods].All, p => Assert.Equal("d:2", Daemons.ImageOf(p)));
    }

    [Fact]
    public void On_delete_waits_for_somebody_to_delete()
    {
        _h.AddNode("a");
        _h.AddDaemonSet(strategy: """{"type":"OnDelete"}""");
        _h.Settle();
        _h.RunAll();
        _h.SetImage(DaemonSets, "d", "d:2");
        _h.Settle();
        Assert.Equal("d:1", Daemons.ImageOf(Assert.Single(_h.Cluster[Pods].All)));
        _h.Cluster.Vanish(Pods, "default", _h.Cluster[Pods].All.Single().Key.Name);
        _h.Settle();
        Assert.Equal("d:2", Daemons.ImageOf(Assert.Single(_h.Cluster[Pods].All)));
    }

    [Fact]
    public void An_undo_makes_the_old_revision_the_newest_and_the_history_has_its_limit()
    {
        _h.AddNode("a");
        _h.AddDaemonSet(spec: ",\"revisionHistoryLimit\":1");
        foreach (var image in (string[])["d:1", "d:2", "d:3", "d:2"])
        {
            _h.SetImage(DaemonSets, "d", image);
            _h.Settle();
            _h.RunAll();
            _h.RunAll();
        }
        Assert.Equal([3L, 4L], _h.Cluster[ControllerRevisions].All.Select(r => r.Edit().Number("revision")!.Value).Order());
        Assert.Equal("d:2", Daemons.ImageOf(Assert.Single(_h.Cluster[Pods].All)));
    }

    [Fact]
    public void Of_revisions_that_say_the_same_the_newest_stays_and_takes_the_pods_over()
    {
        _h.AddNode("a");
        _h.AddDaemonSet();
        _h.Settle();
        _h.RunAll();
        var first = Assert.Single(_h.Cluster[ControllerRevisions].All).Edit();
        first["metadata"]!["name"] = "d-other";
        first["metadata"]!["uid"] = "other";
        first["metadata"]!["labels"]!["controller-revision-hash"] = "other";
        first["revision"] = 2;
        _h.Cluster.Create(ControllerRevisions, first.ToJsonString());
        _h.Settle();
        Assert.Equal("d-other", Assert.Single(_h.Cluster[ControllerRevisions].All).Key.Name);
        var pod = Assert.Single(_h.Cluster[Pods].All);
        Assert.Equal(("other", null), (pod.Head.Labels["controller-revision-hash"], pod.Head.Deleted));
        Assert.Equal(1, Status.Number("updatedNumberScheduled"));
    }

    [Fact]
    public void A_revision_name_that_is_taken_counts_as_a_collision()
    {
        _h.AddNode("a");
        _h.AddDaemonSet();
        var hash = TemplateHash.Of(_h.Cluster.Json(DaemonSets, "default", "d").At("spec", "template"), 0);
        _h.Cluster.Create(ControllerRevisions, $$$"""{"metadata":{"namespace":"default","name":"d-{{{hash}}}"},"data":{"other":true},"revision":7}""");
        _h.Settle();
        Assert.Equal(2, _h.Cluster[ControllerRevisions].All.Count);
        Assert.Equal(1, Status.Number("collisionCount"));
        var writes = _h.Cluster.Log.Count;
        _h.RunAll();
        _h.Advance(TimeSpan.FromHours(1));
        Assert.InRange(_h.Cluster.Log.Count - writes, 1, 2);
    }

    [Fact]
    public void Failed_pods_are_replaced_ever_more_slowly_and_told_about()
    {
        _h.AddNode("a");
        _h.AddDaemonSet();
        _h.Settle();
        var starts = new List<double>();
        var begin = _h.Time.GetUtcNow();
        for (var i = 0; i < 5; i++)
        {
            starts.Add((_h.Time.GetUtcNow() - begin).TotalSeconds);
            var pod = _h.Cluster[Pods].All.Single();
            _h.Cluster.Change(Pods, "default", pod.Key.Name, p => p["status"] = new System.Text.Json.Nodes.JsonObject { ["phase"] = "Failed" });
            for (_h.Settle(); _h.Cluster.Find(Pods, "default", pod.Key.Name) is not null;)
                _h.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal([0, 0, 1, 3, 7], starts);
        // Another spec is another chance.
        _h.SetImage(DaemonSets, "d", "d:2");
        _h.Settle();
        var next = _h.Cluster[Pods].All.Single().Key.Name;
        _h.Cluster.Change(Pods, "default", next, p => p["status"] = new System.Text.Json.Nodes.JsonObject { ["phase"] = "Failed" });
        _h.Settle();
        Assert.Null(_h.Cluster.Find(Pods, "default", next));
        Assert.Equal(6, _h.Events.Count(e => e.Reason == "FailedDaemonPod" && e.Warning && e.Message.EndsWith(" on node a, will try to kill it", StringComparison.Ordinal)));
    }

    [Fact]
    public void Refused_creations_are_tried_with_back_off_and_the_status_is_told_all_the_same()
    {
        for (var i = 0; i < 50; i++)
            _h.AddNode($"n{i:D2}");
        _h.Cluster.Fault = (verb, address) => verb == "create" && address.Resource == Pods ? ApiErrors.Forbidden(Pods.Resource, address.Name, "exceeded quota: q") : null;
        _h.AddDaemonSet();
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(_h.Cluster.Log.Count(l => l.StartsWith("create pods", StringComparison.Ordinal)), 4, 9);
        Assert.Equal(50, Status.Number("desiredNumberScheduled"));
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(50, _h.Cluster[Pods].All.Count);
    }

    private static NodeView NodeOf(Api.Objects.StoredObject node) => NodeView.Project(node);
}
