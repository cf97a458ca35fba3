using System.Text.Json.Nodes;
using ActorKube.Controllers.Nodes;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;
using R = ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class TaintEvictionTests
{
    private readonly ControllerHarness _h = new ControllerHarness().Run(new TaintEviction());

    public TaintEvictionTests() => _h.Cluster.Create(R.Nodes, """{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"}}""");

    private void AddPod(string name, string node, string extra = "") =>
        _h.Cluster.Create(Pods, $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"{{{name}}}"},"spec":{"nodeName":"{{{node}}}"{{{extra}}}},"status":{"phase":"Running"}}""");

    [Theory]
    [InlineData("", true)]
    [InlineData(""","tolerations":[{"operator":"Exists"}]""", false)]
    [InlineData(""","tolerations":[{"key":"gpu","operator":"Equal","value":"broken","effect":"NoExecute"}]""", false)]
    [InlineData(""","tolerations":[{"key":"gpu","operator":"Equal","value":"fine","effect":"NoExecute"}]""", true)]
    [InlineData(""","tolerations":[{"key":"gpu","operator":"Exists","effect":"NoSchedule"}]""", true)]
    [InlineData(""","tolerations":[{"key":"gpu","operator":"Exists","tolerationSeconds":0}]""", true)]
    [InlineData(""","tolerations":[{"key":"gpu","operator":"Exists","tolerationSeconds":300}]""", false)]
    [InlineData(""","tolerations":[{"key":"gpu","operator":"Exists","tolerationSeconds":1000000000000}]""", false)]
    public void A_pod_is_evicted_from_a_tainted_node_unless_it_tolerates_it(string tolerations, bool evicted)
    {
        AddPod("p", "n1", tolerations);
        Taint();
        _h.Settle();
        Assert.Equal(evicted, _h.Cluster.Find(Pods, "default", "p")!.Head.Deleted is not null);
    }

    [Fact]
    public void A_limited_toleration_runs_out_even_across_a_restart()
    {
        AddPod("p", "n1", ""","tolerations":[{"key":"gpu","operator":"Exists","tolerationSeconds":300}]""");
        Taint();
        _h.Advance(TimeSpan.FromSeconds(200));
        _h.Run(new TaintEviction());
        _h.Advance(TimeSpan.FromSeconds(99));
        Assert.Null(_h.Cluster.Find(Pods, "default", "p")!.Head.Deleted);
        _h.Advance(TimeSpan.FromSeconds(2));
        var pod = _h.Cluster.Json(Pods, "default", "p");
        Assert.NotNull(pod.Time("metadata", "deletionTimestamp"));
        Assert.Contains(pod.Items("status", "conditions"), c => c.Text("type") == "DisruptionTarget" && c.Text("reason") == "DeletionByTaintManager");
        Assert.Contains(_h.Events, e => e.Reason == "TaintManagerEviction" && e.Message == "Marking for deletion Pod default/p");
    }

    [Fact]
    public void A_taint_taken_away_in_time_spares_the_pod()
    {
        AddPod("p", "n1", ""","tolerations":[{"key":"gpu","operator":"Exists","tolerationSeconds":300}]""");
        Taint();
        _h.Advance(TimeSpan.FromSeconds(200));
        _h.Cluster.Change(R.Nodes, "", "n1", n => n["spec"] = new JsonObject());
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Null(_h.Cluster.Find(Pods, "default", "p")!.Head.Deleted);
        Assert.Equal("Normal TaintManagerEviction: Cancelling deletion of Pod default/p", Assert.Single(Told()));
    }

    [Theory]
    [InlineData("tolerated for ever", "Cancelling deletion of Pod default/p")]
    [InlineData("not tolerated any more", "Cancelling deletion of Pod default/p", "Marking for deletion Pod default/p")]
    [InlineData("gone", "Cancelling deletion of Pod default/p")]
    [InlineData("over", "Marking for deletion Pod default/p")]
    public void What_becomes_of_a_pod_that_was_to_be_evicted_is_told(string happens, params string[] told)
    {
        AddPod("p", "n1", ""","tolerations":[{"key":"gpu","operator":"Exists","tolerationSeconds":300}]""");
        Taint();
        _h.Advance(TimeSpan.FromSeconds(200));
        switch (happens)
        {
            case "tolerated for ever":
                _h.Cluster.Change(Pods, "default", "p", p => p["spec"]!["tolerations"] = JsonNode.Parse("""[{"operator":"Exists"}]"""));
                break;
            case "not tolerated any more":
                _h.Cluster.Change(R.Nodes, "", "n1", n => n["spec"] = JsonNode.Parse("""{"taints":[{"key":"other","effect":"NoExecute"}]}"""));
                break;
            case "gone":
                _h.Cluster.Vanish(Pods, "default", "p");
                break;
        }
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(told.Select(t => $"Normal TaintManagerEviction: {t}"), Told());
    }

    private IEnumerable<string> Told() => _h.Events.Where(e => e.Reason == "TaintManagerEviction").Select(e => $"{e.Type} {e.Reason}: {e.Message}");

    [Fact]
    public void A_pod_that_comes_to_a_node_long_tainted_stays_as_long_as_it_tolerates_the_taint()
    {
        Taint();
        _h.Advance(TimeSpan.FromHours(1));
        AddPod("p", "n1", ""","tolerations":[{"key":"gpu","operator":"Exists","tolerationSeconds":300}]""");
        _h.Advance(TimeSpan.FromSeconds(299));
        Assert.Null(_h.Cluster.Find(Pods, "default", "p")!.Head.Deleted);
        _h.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(_h.Cluster.Find(Pods, "default", "p")!.Head.Deleted);
    }

    [Fact]
    public void A_taint_that_does_not_say_since_when_counts_from_when_it_was_seen_whatever_else_is_written_on_the_node()
    {
        AddPod("p", "n1", ""","tolerations":[{"key":"gpu","operator":"Exists","tolerationSeconds":300}]""");
        Taint(saysWhen: false);
        for (var minute = 0; minute < 4; minute++)
        {
            _h.Advance(TimeSpan.FromMinutes(1));
            _h.Cluster.Change(R.Nodes, "", "n1", n => n.Child("metadata").Child("annotations")["minute"] = $"{minute}");
        }
        Assert.Single(_h.Memories);
        _h.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(_h.Cluster.Find(Pods, "default", "p")!.Head.Deleted);
        _h.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(_h.Cluster.Find(Pods, "default", "p")!.Head.Deleted);
    }

    [Fact]
    public void A_taint_that_comes_again_is_tolerated_anew()
    {
        AddPod("p", "n1", ""","tolerations":[{"key":"gpu","operator":"Exists","tolerationSeconds":300}]""");
        Taint(saysWhen: false);
        _h.Advance(TimeSpan.FromSeconds(200));
        _h.Cluster.Change(R.Nodes, "", "n1", n => n["spec"] = new JsonObject());
        _h.Settle();
        Taint(saysWhen: false);
        _h.Advance(TimeSpan.FromSeconds(299));
        Assert.Null(_h.Cluster.Find(Pods, "default", "p")!.Head.Deleted);
        _h.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(_h.Cluster.Find(Pods, "default", "p")!.Head.Deleted);
    }

    private void Taint(bool saysWhen = true) => _h.Cluster.Change(R.Nodes, "", "n1", n => n.Child("spec")["taints"] = new JsonArray(new JsonObject
    {
        ["key"] = "gpu",
        ["value"] = "broken",
        ["effect"] = "NoExecute",
        ["timeAdded"] = saysWhen ? JsonWriting.Time(_h.Time.GetUtcNow()) : null,
    }));
}
