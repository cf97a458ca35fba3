using ActorKube.Controllers.Cloud.Instances;
using ActorKube.Machinery.Objects;
using R = ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Cloud;

public class CloudNodeLifecycleTests
{
    private readonly CloudHarness _h = new();

    public CloudNodeLifecycleTests() => _h.Kubernetes.Run(new CloudNodeLifecycle(TimeSpan.FromSeconds(5)));

    private string[] Taints(string name) => [.. _h.Kubernetes.Cluster.Json(R.Nodes, "", name).Items("spec", "taints").Select(t => $"{t.Text("key")}:{t.Text("effect")}")];

    private void SetReady(string name, string ready) =>
        _h.Kubernetes.Cluster.Change(R.Nodes, "", name, n => n["status"]!["conditions"]![0]!["status"] = ready);

    [Theory]
    [InlineData("False")]
    [InlineData("Unknown")]
    public void A_node_that_is_not_ready_is_deleted_when_its_machine_is_gone(string ready)
    {
        _h.AddNode("n1", ready);
        _h.AddNode("n2", ready);
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(4));
        _h.Annotate(R.Nodes, "", "n1", "simulated.actorkube.io/instance", "gone");
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(_h.Kubernetes.Cluster.Find(R.Nodes, "", "n1"));
        Assert.NotNull(_h.Kubernetes.Cluster.Find(R.Nodes, "", "n2"));
        Assert.Equal(["Normal DeletingNode: Deleting node n1 because it does not exist in the cloud provider"], _h.Events);
    }

    [Fact]
    public void A_ready_node_is_not_asked_about()
    {
        _h.AddNode("n1", metadata: ",\"annotations\":{\"simulated.actorkube.io/instance\":\"gone\"}");
        _h.Kubernetes.Advance(TimeSpan.FromHours(1));
        Assert.Empty(_h.Calls);
    }

    [Fact]
    public void A_node_whose_machine_is_off_is_tainted_until_it_is_ready_again()
    {
        _h.AddNode("n1", "Unknown", metadata: ",\"annotations\":{\"simulated.actorkube.io/instance\":\"shutdown\"}", spec: "\"taints\":[{\"key\":\"mine\",\"effect\":\"NoExecute\"}]");
        _h.Kubernetes.Settle();
        Assert.Equal(["mine:NoExecute", "node.cloudprovider.kubernetes.io/shutdown:NoSchedule"], Taints("n1"));
        _h.Annotate(R.Nodes, "", "n1", "simulated.actorkube.io/instance", "running");
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, Taints("n1").Length);
        SetReady("n1", "True");
        _h.Kubernetes.Settle();
        Assert.Equal(["mine:NoExecute"], Taints("n1"));
    }

    [Fact]
    public void A_cloud_that_does_not_answer_deletes_nothing_and_is_asked_every_five_seconds()
    {
        _h.Faults = _ => "down";
        _h.AddNode("n1", "False", metadata: ",\"annotations\":{\"simulated.actorkube.io/instance\":\"gone\"}");
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(60));
        Assert.NotNull(_h.Kubernetes.Cluster.Find(R.Nodes, "", "n1"));
        Assert.Equal(13, _h.Calls.Count);
        Assert.Empty(_h.Kubernetes.Decisions);
    }

    [Fact]
    public void A_new_node_that_waits_for_the_cloud_has_a_minute()
    {
        _h.AddNode("n1", "False", spec: "\"taints\":[{\"key\":\"node.cloudprovider.kubernetes.io/uninitialized\",\"effect\":\"NoSchedule\"}]", metadata: ",\"annotations\":{\"simulated.actorkube.io/instance\":\"gone\"}");
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(_h.Calls);
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_h.Kubernetes.Cluster.Find(R.Nodes, "", "n1"));
    }

    [Fact]
    public void A_deletion_that_is_refused_is_told_and_tried_again()
    {
        _h.Kubernetes.Cluster.Fault = (verb, _) => verb == "delete" ? Api.Errors.ApiErrors.ServiceUnavailable("later") : null;
        _h.AddNode("n1", "False", metadata: ",\"annotations\":{\"simulated.actorkube.io/instance\":\"gone\"}");
        _h.Kubernetes.Settle();
        Assert.Contains(_h.Events, e => e.StartsWith("Warning DeletingNodeFailed: Failed deleting node n1: ", StringComparison.Ordinal));
        _h.Kubernetes.Cluster.Fault = null;
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(_h.Kubernetes.Cluster.Find(R.Nodes, "", "n1"));
    }
}
