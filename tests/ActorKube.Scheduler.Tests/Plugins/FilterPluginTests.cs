using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Plugins;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Plugins;

public sealed class FilterPluginTests
{
    private const string Cordoned = """ "unschedulable":true """;

    [Theory]
    [InlineData("", "", true)]
    [InlineData(Cordoned, "", false)]
    [InlineData(Cordoned, """ "tolerations":[{"key":"node.kubernetes.io/unschedulable","operator":"Exists","effect":"NoSchedule"}] """, true)]
    [InlineData(Cordoned, """ "tolerations":[{"operator":"Exists"}] """, true)]
    [InlineData(Cordoned, """ "tolerations":[{"key":"node.kubernetes.io/unschedulable","operator":"Exists","effect":"NoExecute"}] """, false)]
    public void Cordoned_nodes_take_only_pods_that_bear_it(string node, string pod, bool fits) =>
        Check(new NodeUnschedulable(), Pod("p", spec: pod), Node("n", spec: node), fits, "node(s) were unschedulable", unresolvable: true);

    [Theory]
    [InlineData("", true)]
    [InlineData(""" "nodeName":"n" """, true)]
    [InlineData(""" "nodeName":"other" """, false)]
    public void A_named_node_is_the_only_one(string pod, bool fits) =>
        Check(new NodeName(), Pod("p", spec: pod), Node("n"), fits, "node(s) didn't match the requested node name", unresolvable: true);

    [Theory]
    [InlineData("""{"key":"k","value":"v","effect":"NoSchedule"}""", "", false)]
    [InlineData("""{"key":"k","value":"v","effect":"NoExecute"}""", "", false)]
    [InlineData("""{"key":"k","value":"v","effect":"PreferNoSchedule"}""", "", true)]
    [InlineData("""{"key":"k","value":"v","effect":"NoSchedule"}""", """{"key":"k","value":"v","effect":"NoSchedule"}""", true)]
    [InlineData("""{"key":"k","value":"v","effect":"NoSchedule"}""", """{"key":"k","operator":"Equal","value":"v"}""", true)]
    [InlineData("""{"key":"k","value":"v","effect":"NoSchedule"}""", """{"key":"k","value":"w"}""", false)]
    [InlineData("""{"key":"k","value":"v","effect":"NoSchedule"}""", """{"key":"k","operator":"Exists"}""", true)]
    [InlineData("""{"key":"k","value":"v","effect":"NoSchedule"}""", """{"key":"l","operator":"Exists"}""", false)]
    [InlineData("""{"key":"k","value":"v","effect":"NoSchedule"}""", """{"operator":"Exists"}""", true)]
    [InlineData("""{"key":"k","value":"v","effect":"NoSchedule"}""", """{"key":"k","operator":"Exists","effect":"NoExecute"}""", false)]
    [InlineData("""{"key":"k","value":"v","effect":"NoSchedule"}""", """{"key":"k","operator":"Gt","value":"v"}""", false)]
    [InlineData("""{"key":"k","value":"v","effect":"NoSchedule"}""", """{"key":"k","operator":"Exists","effect":"Never"}""", false)]
    [InlineData("""{"key":"k","value":"v","effect":"NoSchedule"}""", """{"key":"k","operator":"Exists","effect":""}""", true)]
    [InlineData("""{"key":"k","value":"v","effect":"Never"}""", "", true)]
    [InlineData("""{"key":"k","effect":"NoSchedule"},{"key":"l","effect":"NoExecute"}""", """{"key":"k","operator":"Exists"}""", false)]
    [InlineData("""{"key":"k","effect":"NoSchedule"},{"key":"l","effect":"NoExecute"}""", """{"key":"k","operator":"Exists"},{"key":"l","operator":"Exists"}""", true)]
    public void Hard_taints_have_to_be_borne(string taints, string tolerations, bool fits) =>
        Check(new TaintToleration(), Pod("p", spec: $"\"tolerations\":[{tolerations}]"), Node("n", spec: $"\"taints\":[{taints}]"), fits, "node(s) had untolerated taint(s)", unresolvable: true);

    [Theory]
    [InlineData(""" "nodeSelector":{"disk":"ssd"} """, true)]
    [InlineData(""" "nodeSelector":{"disk":"hdd"} """, false)]
    [InlineData(""" "nodeSelector":{"disk":"ssd","gone":""} """, false)]
    [InlineData("""[{"matchExpressions":[{"key":"disk","operator":"In","values":["ssd","nvme"]}]}]""", true)]
    [InlineData("""[{"matchExpressions":[{"key":"disk","operator":"NotIn","values":["ssd"]}]}]""", false)]
    [InlineData("""[{"matchExpressions":[{"key":"gone","operator":"NotIn","values":["x"]}]}]""", true)]
    [InlineData("""[{"matchExpressions":[{"key":"disk","operator":"Exists"}]}]""", true)]
    [InlineData("""[{"matchExpressions":[{"key":"disk","operator":"DoesNotExist"}]}]""", false)]
    [InlineData("""[{"matchExpressions":[{"key":"cores","operator":"Gt","values":["7"]}]}]""", true)]
    [InlineData("""[{"matchExpressions":[{"key":"cores","operator":"Lt","values":["8"]}]}]""", false)]
    [InlineData("""[{"matchExpressions":[{"key":"disk","operator":"Exists"},{"key":"gone","operator":"Exists"}]}]""", false)]
    [InlineData("""[{"matchExpressions":[{"key":"gone","operator":"Exists"}]},{"matchExpressions":[{"key":"disk","operator":"Exists"}]}]""", true)]
    [InlineData("""[{"matchFields":[{"key":"metadata.name","operator":"In","values":["n"]}]}]""", true)]
    [InlineData("""[{"matchFields":[{"key":"metadata.name","operator":"NotIn","values":["n"]}]}]""", false)]
    [InlineData("[]", false)]
    [InlineData("[{}]", false)]
    [InlineData("""[{"matchExpressions":[{"key":"disk","operator":"Like","values":["s"]}]}]""", false)]
    public void Selector_and_required_affinity_have_to_match(string rule, bool fits)
    {
        var spec = rule.StartsWith('[') ? Required(rule) : rule;
        Check(new NodeAffinity(NodeAffinityRules.None), Pod("p", spec: spec), Node("n", labels: """ "disk":"ssd","cores":"8" """), fits, "node(s) didn't match Pod's node affinity/selector", unresolvable: true);
    }

    [Theory]
    [InlineData("""[{"matchFields":[{"key":"metadata.name","operator":"In","values":["a"]}]},{"matchFields":[{"key":"metadata.name","operator":"In","values":["b"]}]}]""", "a b", nameof(StatusCode.Success))]
    [InlineData("""[{"matchFields":[{"key":"metadata.name","operator":"In","values":["a"]}]},{"matchExpressions":[{"key":"x","operator":"Exists"}]}]""", null, nameof(StatusCode.Success))]
    [InlineData("""[{"matchFields":[{"key":"metadata.name","operator":"In","values":["a"]},{"key":"metadata.name","operator":"In","values":["b"]}]}]""", null, nameof(StatusCode.UnschedulableAndUnresolvable))]
    public void Nodes_that_affinity_names_are_the_only_ones_looked_at(string terms, string? names, string code)
    {
        var pod = Pod("p", spec: Required(terms));
        Assert.Equal(code, new NodeAffinity(NodeAffinityRules.None).PreFilter(new CycleState(), pod, out var found).Code.ToString());
        Assert.Equal(names, found is null ? null : string.Join(' ', found.Order()));
    }

    [Theory]
    [InlineData(""" "pool":"a" """, true, "")]
    [InlineData(""" "pool":"b" """, false, "node(s) didn't match scheduler-enforced node affinity")]
    [InlineData(""" "disk":"hdd","pool":"a" """, false, "node(s) didn't match Pod's node affinity/selector")]
    public void What_a_profile_asks_of_nodes_holds_beside_what_the_pod_asks(string labels, bool fits, string reason)
    {
        var profile = Pod("p", spec: Required("""[{"matchExpressions":[{"key":"pool","operator":"In","values":["a"]}]}]""")).NodeAffinity;
        var pod = Pod("p", spec: Required("""[{"matchExpressions":[{"key":"disk","operator":"DoesNotExist"}]}]"""));
        Check(new NodeAffinity(profile), pod, Node("n", labels: labels), fits, reason, unresolvable: true);
        Assert.Equal(StatusCode.Success, new NodeAffinity(profile).PreFilter(new CycleState(), Pod("q"), out _).Code);
    }

    [Theory]
    [InlineData(""" "pool":"b" """, """ "pool":"a" """, true)]
    [InlineData(""" "pool":"a" """, """ "pool":"a","other":"x" """, false)]
    [InlineData(""" "pool":"a","disk":"x" """, """ "pool":"a" """, true)]
    public void A_node_that_has_come_to_match_wakes_pods_that_it_did_not_match(string before, string now, bool wakes)
    {
        var profile = Pod("p", spec: Required("""[{"matchExpressions":[{"key":"pool","operator":"In","values":["a"]}]}]""")).NodeAffinity;
        var pod = Pod("p", spec: Required("""[{"matchExpressions":[{"key":"disk","operator":"DoesNotExist"}]}]"""));
        var change = new ClusterEvent(EventResource.Node, EventActions.UpdateNodeLabel, Node("n", labels: before), Node("n", labels: now));
        Assert.Equal(wakes, new NodeAffinity(profile).EventsToRegister.Any(e => e.Wants(pod, change)));
    }

    [Theory]
    [InlineData("""{"hostPort":80}""", """{"hostPort":80}""", false)]
    [InlineData("""{"hostPort":80}""", """{"hostPort":81}""", true)]
    [InlineData("""{"hostPort":80,"protocol":"UDP"}""", """{"hostPort":80,"protocol":"TCP"}""", true)]
    [InlineData("""{"hostPort":80,"hostIP":"10.0.0.1"}""", """{"hostPort":80,"hostIP":"10.0.0.2"}""", true)]
    [InlineData("""{"hostPort":80,"hostIP":"10.0.0.1"}""", """{"hostPort":80,"hostIP":"0.0.0.0"}""", false)]
    [InlineData("""{"hostPort":80,"hostIP":"10.0.0.1"}""", """{"hostPort":80}""", false)]
    [InlineData("""{"containerPort":80}""", """{"containerPort":80}""", true)]
    public void Host_ports_have_to_be_free(string wanted, string taken, bool fits) =>
        Check(new NodePorts(), Pod("p", container: $"\"ports\":[{wanted}]"), Node("n"), fits, "node(s) didn't have free ports for the requested pod ports", unresolvable: false,
            Pod("q", container: $"\"ports\":[{taken}]"));

    private static string Required(string terms) => """ "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":TERMS}}} """.Replace("TERMS", terms, StringComparison.Ordinal);

    private static void Check(IFilterPlugin plugin, PodInfo pod, NodeSpec node, bool fits, string reason, bool unresolvable, params PodInfo[] others)
    {
        var status = plugin.Filter(new CycleState(), pod, Filled(node, others));
        Assert.Equal(fits ? StatusCode.Success : unresolvable ? StatusCode.UnschedulableAndUnresolvable : StatusCode.Unschedulable, status.Code);
        Assert.Equal(fits ? "" : reason, status.Message);
        Assert.Equal(fits ? "" : plugin.Name, status.Plugin);
    }
}
