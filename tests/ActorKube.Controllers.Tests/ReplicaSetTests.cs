using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.ReplicaSets;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class ReplicaSetTests
{
    private readonly ControllerHarness _h = new ControllerHarness().Run(new ReplicaSetReconciler(ReplicaShape.ReplicaSet));

    private int PodCount => _h.Cluster[Pods].All.Count;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1200)]
    public void As_many_pods_exist_as_replicas_are_wanted(int replicas)
    {
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", replicas));
        _h.Settle();
        Assert.Equal(replicas, PodCount);
        var status = _h.Cluster.Json(ReplicaSets, "default", "web")["status"];
        Assert.Equal(replicas, status.Number("replicas"));
        Assert.Equal(1, status.Number("observedGeneration"));
        Assert.Null(status.Number("readyReplicas"));
        Assert.DoesNotContain(_h.Cluster.Log, l => l.StartsWith("delete", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pod_is_made_from_the_template_and_owned_by_its_set()
    {
        var set = _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 1));
        _h.Settle();
        var pod = Assert.Single(_h.Cluster[Pods].All);
        Assert.Matches("^web-[bcdfghjklmnpqrstvwxz2456789]{5}$", pod.Key.Name);
        Assert.Equal("web", pod.Head.Labels["app"]);
        Assert.Equal("web-", pod.Edit().Text("metadata", "generateName"));
        Assert.Equal("web:1", pod.Edit()["spec"]!["containers"]![0]!["image"]!.GetValue<string>());
        var owner = Assert.Single(pod.Head.Owners);
        Assert.Equal((set.Head.Uid, "ReplicaSet", "apps/v1", true, true), (owner.Uid, owner.Kind, owner.ApiVersion, owner.Controller, owner.BlockOwnerDeletion));
        Assert.Contains(_h.Events, e => e.Reason == "SuccessfulCreate" && e.Message == $"Created pod: {pod.Key.Name}");
    }

    [Fact]
    public void Pods_without_a_controller_are_adopted_and_count()
    {
        _h.Cluster.Create(Pods, Manifests.Pod("stray", "web"));
        _h.Cluster.Create(Pods, Manifests.Pod("other", "db"));
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 2));
        _h.Settle();
        Assert.Equal(3, PodCount);
        Assert.NotNull(_h.Cluster.Find(Pods, "default", "stray")!.Head.Controller);
        Assert.Null(_h.Cluster.Find(Pods, "default", "other")!.Head.Controller);
    }

    [Fact]
    public void A_pod_whose_labels_no_longer_match_is_released_and_replaced()
    {
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 1));
        _h.Settle();
        var pod = _h.Cluster[Pods].All.Single();
        _h.Cluster.Change(Pods, "default", pod.Key.Name, p => p["metadata"]!["labels"]!["app"] = "debug");
        _h.Settle();
        Assert.Empty(_h.Cluster.Find(Pods, "default", pod.Key.Name)!.Head.Owners);
        Assert.Equal(2, PodCount);
    }

    [Fact]
    public void A_lost_pod_is_replaced_under_another_name()
    {
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 3));
        _h.Settle();
        var lost = _h.Cluster[Pods].All.First().Key;
        _h.Cluster.Vanish(Pods, lost.Namespace, lost.Name);
        _h.Settle();
        Assert.Equal(3, PodCount);
        Assert.Null(_h.Cluster.Find(Pods, lost.Namespace, lost.Name));
    }

    [Fact]
    public void Finished_pods_do_not_count()
    {
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 1));
        _h.Settle();
        _h.Cluster.Change(Pods, "default", _h.Cluster[Pods].All.Single().Key.Name, p => p.Child("status")["phase"] = "Failed");
        _h.Settle();
        Assert.Equal(2, PodCount);
    }

    [Fact]
    public void Scaling_down_deletes_pods_that_are_not_ready_first()
    {
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 3));
        _h.Settle();
        var ready = _h.Cluster[Pods].All.ElementAt(1);
        _h.Cluster.MakeReady(ready, _h.Time.GetUtcNow());
        _h.Cluster.Change(ReplicaSets, "default", "web", s => s["spec"]!["replicas"] = 1);
        _h.Settle();
        Assert.Equal(ready.Key, Assert.Single(_h.Cluster[Pods].All).Key);
        Assert.Equal(2, _h.Events.Count(e => e.Reason == "SuccessfulDelete"));
    }

    [Fact]
    public void A_pod_becomes_available_when_it_has_been_ready_long_enough()
    {
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 1, ",\"minReadySeconds\":10"));
        _h.Settle();
        _h.MakeAllReady();
        _h.Settle();
        Assert.Null(_h.Cluster.Json(ReplicaSets, "default", "web").Number("status", "availableReplicas"));
        Assert.Equal(1, _h.Cluster.Json(ReplicaSets, "default", "web").Number("status", "readyReplicas"));
        _h.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(1, _h.Cluster.Json(ReplicaSets, "default", "web").Number("status", "availableReplicas"));
    }

    [Fact]
    public void A_refused_creation_is_tried_once_each_time_and_told_in_a_condition()
    {
        _h.Cluster.Fault = (verb, address) => verb == "create" && address.Resource == Pods ? ApiErrors.Forbidden(Pods.Resource, address.Name, "exceeded quota: q") : null;
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 100));
        _h.Advance(TimeSpan.FromSeconds(1));
        var attempts = _h.Cluster.Log.Count(l => l.StartsWith("create pods", StringComparison.Ordinal));
        Assert.InRange(attempts, 4, 9);
        var condition = _h.Cluster.Json(ReplicaSets, "default", "web").Items("status", "conditions").Single();
        Assert.Equal(("ReplicaFailure", "True", "FailedCreate"), (condition.Text("type"), condition.Text("status"), condition.Text("reason")));
        Assert.Contains("exceeded quota", condition.Text("message"), StringComparison.Ordinal);
        Assert.Contains(_h.Events, e => e.Reason == "FailedCreate" && e.Warning && e.Message.StartsWith("Error creating: pods ", StringComparison.Ordinal));

        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(100, PodCount);
        Assert.Empty(_h.Cluster.Json(ReplicaSets, "default", "web").Items("status", "conditions"));
    }

    [Fact]
    public void The_first_failure_stays_in_the_condition_until_nothing_is_left_to_do()
    {
        string Failure() => string.Join(", ", _h.Cluster.Json(ReplicaSets, "default", "web").Items("status", "conditions").Select(static c => $"{c.Text("reason")}: {c.Text("message")}"));
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 2));
        _h.Settle();
        _h.Cluster.Fault = (verb, address) => verb is "create" or "delete" && address.Resource == Pods ? ApiErrors.Forbidden(Pods.Resource, "x", "not now") : null;
        _h.Cluster.Change(ReplicaSets, "default", "web", s => s["spec"]!["replicas"] = 0);
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("FailedDelete: unable to delete pods: pods \"x\" is forbidden: not now", Failure());
        _h.Cluster.Change(ReplicaSets, "default", "web", s => s["spec"]!["replicas"] = 3);
        _h.Advance(TimeSpan.FromSeconds(10));
        Assert.StartsWith("FailedDelete: ", Failure(), StringComparison.Ordinal);
        _h.Cluster.Change(ReplicaSets, "default", "web", s => s["spec"]!["replicas"] = 2);
        _h.Settle();
        Assert.Equal("", Failure());
    }

    [Fact]
    public void Of_terminating_pods_only_those_count_that_are_still_its_own()
    {
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 2));
        _h.Settle();
        foreach (var (pod, app) in _h.Cluster[Pods].All.Zip(["web", "other"]))
        {
            _h.Cluster.MakeReady(pod, _h.Time.GetUtcNow());
            _h.Cluster.Change(Pods, "default", pod.Key.Name, p =>
            {
                p["metadata"]!["labels"]!["app"] = app;
                p["metadata"]!["deletionTimestamp"] = JsonWriting.Time(_h.Time.GetUtcNow());
            });
        }
        _h.Settle();
        Assert.Equal(1, _h.Cluster.Json(ReplicaSets, "default", "web").Number("status", "terminatingReplicas"));
    }

    [Fact]
    public void Of_pods_that_are_alike_the_one_whose_sidecar_was_restarted_more_often_goes()
    {
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 3));
        _h.Settle();
        var restarts = 0;
        foreach (var pod in _h.Cluster[Pods].All.ToArray())
        {
            _h.Cluster.MakeReady(pod, _h.Time.GetUtcNow());
            _h.Cluster.Change(Pods, "default", pod.Key.Name, p =>
            {
                p["spec"]!["initContainers"] = JsonNode.Parse("""[{"name":"once"},{"name":"side","restartPolicy":"Always"}]""");
                p["status"]!["initContainerStatuses"] = JsonNode.Parse($$"""[{"name":"once","restartCount":{{9 - restarts}}},{"name":"side","restartCount":{{restarts}}}]""");
            });
            restarts++;
        }
        var stays = _h.Cluster[Pods].All.First().Key;
        _h.Cluster.Change(ReplicaSets, "default", "web", s => s["spec"]!["replicas"] = 1);
        _h.Settle();
        Assert.Equal(stays, Assert.Single(_h.Cluster[Pods].All, static p => p.Head.Deleted is null).Key);
    }

    [Fact]
    public void Nothing_is_done_for_a_set_at_rest()
    {
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 5));
        _h.Settle();
        _h.MakeAllReady();
        _h.Settle();
        var writes = _h.Cluster.Log.Count;
        _h.Cluster.Change(ReplicaSets, "default", "web", s => s.Child("metadata").Child("annotations")["a"] = "b");
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(writes, _h.Cluster.Log.Count);
    }

    [Fact]
    public void A_set_being_deleted_neither_creates_nor_deletes()
    {
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 2));
        _h.Settle();
        _h.Cluster.Delete(new ObjectAddress(ReplicaSets, "default", "web"), new DeleteOptions { PropagationPolicy = "Foreground" });
        _h.Cluster.Vanish(Pods, "default", _h.Cluster[Pods].All.First().Key.Name);
        _h.Settle();
        Assert.Equal(1, PodCount);
    }

    [Fact]
    public void Every_decision_tells_its_cause_its_reason_and_its_writes()
    {
        _h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 30));
        _h.Settle();
        var first = _h.Decisions[0];
        Assert.Equal(("replicasets.apps", new ObjectKey("default", "web"), 2L), (first.Cause.Resource, first.Cause.Object, first.Cause.Revision));
        Assert.Contains("has 0 of 30 replicas", first.Reasons);
        Assert.Equal(31, first.WriteCount);
        Assert.Equal(10, first.Writes.Length);
        Assert.Equal(("create", "pods"), (first.Writes[0].Verb, first.Writes[0].Resource));
    }
}
