using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.ReplicaSets;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

/// <summary>What differs from replica sets; all else is the same code, tested there.</summary>
public class ReplicationControllerTests
{
    private readonly ControllerHarness _h = new ControllerHarness().Run(new ReplicaSetReconciler(ReplicaShape.ReplicationController));

    private void Create(string selector, int replicas) => _h.Cluster.Create(ReplicationControllers,
        $$$"""{"apiVersion":"v1","kind":"ReplicationController","metadata":{"namespace":"default","name":"web"},"spec":{"replicas":{{{replicas}}},"selector":{{{selector}}},"template":{{{Manifests.Template("web")}}}}}""");

    [Fact]
    public void Pods_are_made_and_given_up_by_a_selector_that_is_a_map()
    {
        Create("""{"app":"web"}""", 3);
        _h.Settle();
        Assert.Equal(3, _h.Cluster[Pods].All.Count);
        Assert.All(_h.Cluster[Pods].All, p => Assert.Equal(("v1", "ReplicationController", "web"), (p.Head.Controller!.ApiVersion, p.Head.Controller.Kind, p.Head.Controller.Name)));
        _h.Cluster.Change(ReplicationControllers, "default", "web", c => c["spec"]!["replicas"] = 1);
        _h.Settle();
        Assert.Single(_h.Cluster[Pods].All);
        Assert.Contains(_h.Events, e => e.Reason == "SuccessfulDelete" && e.About.Type.Kind == "ReplicationController");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    public void Without_a_selector_nothing_is_done(string selector)
    {
        Create(selector, 3);
        _h.Settle();
        Assert.Empty(_h.Cluster[Pods].All);
    }

    [Fact]
    public void The_status_does_not_tell_of_terminating_pods()
    {
        Create("""{"app":"web"}""", 2);
        _h.Settle();
        _h.MakeAllReady();
        _h.Settle();
        var status = _h.Cluster.Json(ReplicationControllers, "default", "web")["status"]!;
        Assert.Equal((2, 2, 2), (status.Number("replicas"), status.Number("readyReplicas"), status.Number("availableReplicas")));
        Assert.Null(status["terminatingReplicas"]);
        var writes = _h.Cluster.Log.Count;
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(writes, _h.Cluster.Log.Count);
    }
}
