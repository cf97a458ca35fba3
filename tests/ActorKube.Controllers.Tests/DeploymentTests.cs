using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.Deployments;
using ActorKube.Controllers.Workloads.ReplicaSets;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class DeploymentTests
{
    private readonly ControllerHarness _h = new ControllerHarness().Run(new DeploymentReconciler()).Run(new ReplicaSetReconciler(ReplicaShape.ReplicaSet));

    private static string Manifest(int replicas, string extra = "") =>
        $$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"namespace":"default","name":"web","annotations":{"team":"red"}},"spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"web"}},"template":{{{Manifests.Template("web")}}}{{{extra}}}}}""";

    private JsonObject Deployment => _h.Cluster.Json(Deployments, "default", "web");

    private IReadOnlyList<StoredObject> Sets => [.. _h.Cluster[ReplicaSets].All.OrderBy(s => s.Head.Created).ThenBy(s => long.Parse(s.Edit().Text("metadata", "annotations", Revisions.Revision), CultureInfo.InvariantCulture))];

    private void Spec(Action<JsonObject> change) => _h.Cluster.Change(Deployments, "default", "web", d =>
    {
        change(d["spec"]!.AsObject());
        d["metadata"]!["generation"] = d.Number("metadata", "generation") + 1;
    });

    private void SetImage(string image) => Spec(s => s["template"]!["spec"]!["containers"]![0]!["image"] = image);

    private (string Status, string Reason) Condition(string type) =>
        Deployment.Items("status", "conditions").Where(c => c.Text("type") == type).Select(c => (c.Text("status"), c.Text("reason"))).SingleOrDefault();

    /// <summary>Lets pods become ready until nothing changes; checks the bounds of a rolling update at every step.</summary>
    private void RollOut(int least = 0, int most = int.MaxValue)
    {
        for (var i = 0; i < 200; i++)
        {
            var before = _h.Cluster.Log.Count;
            _h.Settle();
            var pods = _h.Cluster[Pods].All.Where(p => p.Head.Deleted is null).Select(PodView.Project).ToArray();
            Assert.InRange(pods.Count(p => p.Ready), least, int.MaxValue);
            Assert.InRange(pods.Length, 0, most);
            _h.MakeAllReady();
            _h.Settle();
            if (_h.Cluster.Log.Count == before)
                return;
        }
        Assert.Fail("The rollout never ends.");
    }

    [Fact]
    public void A_deployment_makes_a_set_named_by_its_template_and_the_set_makes_the_pods()
    {
        _h.Cluster.Create(Deployments, Manifest(3));
        RollOut();
        var set = Assert.Single(Sets);
        var hash = set.Head.Labels["pod-template-hash"]!;
        Assert.Equal($"web-{hash}", set.Key.Name);
        Assert.Equal("1", set.Edit().Text("metadata", "annotations", Revisions.Revision));
        Assert.Equal("red", set.Edit().Text("metadata", "annotations", "team"));
        Assert.Equal("3", set.Edit().Text("metadata", "annotations", Revisions.Desired));
        Assert.Equal("4", set.Edit().Text("metadata", "annotations", Revisions.Max));
        Assert.Equal(hash, set.Edit().Text("spec", "selector", "matchLabels", "pod-template-hash"));
        Assert.All(_h.Cluster[Pods].All, p => Assert.Equal(hash, p.Head.Labels["pod-template-hash"]));
        Assert.Equal("1", Deployment.Text("metadata", "annotations", Revisions.Revision));
        var status = Deployment["status"];
        Assert.Equal((3L, 3L, 3L, 3L), (status.Number("replicas"), status.Number("updatedReplicas"), status.Number("readyReplicas"), status.Number("availableReplicas")));
        Assert.Equal(("True", "NewReplicaSetAvailable"), Condition("Progressing"));
        Assert.Equal(("True", "MinimumReplicasAvailable"), Condition("Available"));
        Assert.Contains(_h.Events, e => e.Reason == "ScalingReplicaSet" && e.Message == $"Scaled up replica set {set.Key.Name} from 0 to 3");
    }

    [Theory]
    [InlineData(10, "\"25%\"", "\"25%\"", 8, 13)]
    [InlineData(4, "1", "0", 4, 5)]
    [InlineData(4, "0", "1", 3, 4)]
    [InlineData(1, "\"25%\"", "\"25%\"", 1, 2)]
    [InlineData(5, "0", "0", 4, 5)]
    [InlineData(3, "\"100%\"", "\"100%\"", 0, 6)]
    public void A_rolling_update_replaces_all_pods_within_its_bounds(int replicas, string surge, string unavailable, int least, int most)
    {
        _h.Cluster.Create(Deployments, Manifest(replicas, $$$""","strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":{{{surge}}},"maxUnavailable":{{{unavailable}}}}}"""));
        RollOut();
        SetImage("web:2");
        RollOut(least, most);
        Assert.Equal(2, Sets.Count);
        Assert.Equal([0L, replicas], Sets.Select(s => s.Edit().Number("spec", "replicas")!.Value));
        Assert.All(_h.Cluster[Pods].All, p => Assert.Equal("web:2", p.Edit()["spec"]!["containers"]![0].Text("image")));
        Assert.Equal("2", Deployment.Text("metadata", "annotations", Revisions.Revision));
        Assert.Equal(replicas, Deployment.Number("status", "updatedReplicas"));
    }

    [Fact]
    public void Undoing_a_rollout_takes_the_old_set_again_under_a_new_revision()
    {
        _h.Cluster.Create(Deployments, Manifest(2));
        RollOut();
        SetImage("web:2");
        RollOut();
        SetImage("web:1");
        RollOut();
        Assert.Equal(2, Sets.Count);
        var current = Sets.Single(s => s.Edit().Number("spec", "replicas") == 2);
        Assert.Equal("3", current.Edit().Text("metadata", "annotations", Revisions.Revision));
        Assert.Equal("1", current.Edit().Text("metadata", "annotations", "deployment.kubernetes.io/revision-history"));
        Assert.Equal("3", Deployment.Text("metadata", "annotations", Revisions.Revision));
    }

    [Fact]
    public void Recreate_removes_all_old_pods_before_the_first_new_one()
    {
        _h.Cluster.Create(Deployments, Manifest(3, ""","strategy":{"type":"Recreate"}"""));
        RollOut();
        SetImage("web:2");
        _h.Settle();
        Assert.Equal(3, _h.Cluster[Pods].All.Count(p => p.Head.Deleted is not null));
        Assert.Single(Sets);
        RollOut();
        Assert.Equal(2, Sets.Count);
        Assert.All(_h.Cluster[Pods].All, p => Assert.Equal("web:2", p.Edit()["spec"]!["containers"]![0].Text("image")));
    }

    [Fact]
    public void A_paused_deployment_scales_but_does_not_roll()
    {
        _h.Cluster.Create(Deployments, Manifest(3));
        RollOut();
        Spec(s => s["paused"] = true);
        SetImage("web:2");
        Spec(s => s["replicas"] = 5);
        RollOut();
        Assert.Single(Sets);
        Assert.Equal(5, _h.Cluster[Pods].All.Count);
        Assert.Equal(("Unknown", "DeploymentPaused"), Condition("Progressing"));
        Spec(s => s["paused"] = false);
        RollOut();
        Assert.Equal(2, Sets.Count);
        Assert.Equal(("True", "NewReplicaSetAvailable"), Condition("Progressing"));
    }

    [Fact]
    public void Scaling_in_the_middle_of_a_rollout_keeps_the_proportions()
    {
        _h.Cluster.Create(Deployments, Manifest(10));
        RollOut();
        SetImage("web:2");
        _h.Settle();
        Assert.Equal([8L, 5L], Sets.Select(s => s.Edit().Number("spec", "replicas")!.Value));
        Spec(s => s["replicas"] = 30);
        _h.Settle();
        var sizes = Sets.Select(s => s.Edit().Number("spec", "replicas")!.Value).ToArray();
        Assert.Equal(38, sizes.Sum());
        Assert.InRange(sizes[0], 22, 25);
    }

    [Fact]
    public void A_rollout_without_progress_times_out_and_recovers()
    {
        _h.Cluster.Create(Deployments, Manifest(2, ",\"progressDeadlineSeconds\":60"));
        _h.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal("True", Condition("Progressing").Status);
        _h.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(("False", "ProgressDeadlineExceeded"), Condition("Progressing"));
        RollOut();
        Assert.Equal(("True", "NewReplicaSetAvailable"), Condition("Progressing"));
    }

    [Fact]
    public void Old_sets_beyond_the_history_limit_are_deleted_the_oldest_first()
    {
        _h.Cluster.Create(Deployments, Manifest(1, ",\"revisionHistoryLimit\":2"));
        RollOut();
        for (var version = 2; version <= 6; version++)
        {
            SetImage($"web:{version}");
            RollOut();
        }
        Assert.Equal(["4", "5", "6"], Sets.Select(s => s.Edit().Text("metadata", "annotations", Revisions.Revision)).Order());
    }

    [Fact]
    public void A_name_taken_by_another_set_is_avoided_by_counting_the_collision()
    {
        _h.Cluster.Create(Deployments, Manifest(1));
        RollOut();
        var taken = Sets.Single();
        _h.Cluster.Vanish(Deployments, "default", "web");
        _h.Cluster.Change(ReplicaSets, "default", taken.Key.Name, s =>
        {
            s["metadata"]!["ownerReferences"] = new JsonArray();
            s["metadata"]!["labels"] = new JsonObject { ["app"] = "other" };
        });
        _h.Cluster.Create(Deployments, Manifest(1));
        RollOut();
        Assert.Equal(1, Deployment.Number("status", "collisionCount"));
        Assert.Equal(2, Sets.Count);
        Assert.Equal(1, Deployment.Number("status", "readyReplicas"));
    }

    [Fact]
    public void A_refused_set_is_told_in_an_event_and_a_condition()
    {
        _h.Cluster.Fault = (verb, address) => verb == "create" && address.Resource == ReplicaSets ? ApiErrors.Forbidden(ReplicaSets.Resource, address.Name, "exceeded quota: q") : null;
        _h.Cluster.Create(Deployments, Manifest(1));
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(("False", "ReplicaSetCreateError"), Condition("Progressing"));
        Assert.Contains(_h.Events, e => e.Reason == "ReplicaSetCreateError" && e.Message.Contains("exceeded quota", StringComparison.Ordinal));
        Assert.InRange(_h.Cluster.Log.Count(l => l.StartsWith("create replicasets", StringComparison.Ordinal)), 3, 10);
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(Sets);
    }

    [Theory]
    [InlineData("1", "web:1", "DeploymentRollback: Rolled back deployment \"web\" to revision 1")]
    [InlineData("0", "web:2", "DeploymentRollback: Rolled back deployment \"web\" to revision 2")]
    [InlineData("3", "web:3", "DeploymentRollbackTemplateUnchanged: The rollback revision contains the same template as current deployment \"web\"")]
    [InlineData("7", "web:3", "DeploymentRollbackRevisionNotFound: Unable to find the revision to rollback to.")]
    public void An_annotation_brings_a_deployment_back_to_a_revision(string revision, string image, string told)
    {
        _h.Cluster.Create(Deployments, Manifest(2));
        RollOut();
        for (var version = 2; version <= 3; version++)
        {
            SetImage($"web:{version}");
            RollOut();
        }
        _h.Cluster.Change(Deployments, "default", "web", d =>
        {
            d["metadata"]!["annotations"]![Rollback.To] = revision;
            d["metadata"]!["annotations"]!["team"] = "blue";
        });
        RollOut();
        Assert.Contains(told, _h.Events.Select(e => $"{e.Reason}: {e.Message}"));
        Assert.Null(Deployment.At("metadata", "annotations", Rollback.To));
        Assert.Null(Deployment.At("spec", "template", "metadata", "labels", "pod-template-hash"));
        Assert.Equal(image == "web:3" ? "blue" : "red", Deployment.Text("metadata", "annotations", "team"));
        Assert.All(_h.Cluster[Pods].All, p => Assert.Equal(image, p.Edit()["spec"]!["containers"]![0].Text("image")));
        Assert.Equal(image == "web:3" ? "3" : "4", Deployment.Text("metadata", "annotations", Revisions.Revision));
    }

    [Fact]
    public void The_revision_before_the_present_is_looked_for_when_the_present_has_its_number()
    {
        _h.Cluster.Create(Deployments, Manifest(1));
        RollOut();
        SetImage("web:2");
        RollOut();
        _h.Cluster.Change(Deployments, "default", "web", d =>
        {
            d["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "web:1";
            d["metadata"]!["annotations"]![Rollback.To] = "0";
        });
        RollOut();
        Assert.Contains(_h.Events, e => e.Message == "Rolled back deployment \"web\" to revision 2");
        Assert.Equal("web:2", Deployment["spec"]!["template"]!["spec"]!["containers"]![0].Text("image"));
        Assert.Equal("4", Deployment.Text("metadata", "annotations", Revisions.Revision));
        Assert.Null(Deployment.At("metadata", "annotations", Rollback.To));
    }

    [Fact]
    public void The_first_revision_has_none_to_go_back_to()
    {
        _h.Cluster.Create(Deployments, Manifest(1));
        RollOut();
        _h.Cluster.Change(Deployments, "default", "web", d => d["metadata"]!["annotations"]![Rollback.To] = "0");
        RollOut();
        Assert.Contains(_h.Events, e => e is { Warning: true, Reason: "DeploymentRollbackRevisionNotFound", Message: "Unable to find last revision." });
        Assert.Null(Deployment.At("metadata", "annotations", Rollback.To));
    }

    [Fact]
    public void Nothing_is_written_for_a_deployment_at_rest()
    {
        _h.Cluster.Create(Deployments, Manifest(3));
        RollOut();
        var writes = _h.Cluster.Log.Count;
        _h.Advance(TimeSpan.FromDays(1));
        Assert.Equal(writes, _h.Cluster.Log.Count);
    }

    [Fact]
    public void A_thousand_replicas_cost_a_handful_of_decisions()
    {
        _h.Cluster.Create(Deployments, Manifest(1000));
        _h.Settle();
        Assert.Equal(1000, _h.Cluster[Pods].All.Count);
        Assert.InRange(_h.Turns, 1, 40);
    }
}
