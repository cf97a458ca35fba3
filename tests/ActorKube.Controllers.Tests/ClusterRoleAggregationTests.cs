using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Controllers.Roles;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class ClusterRoleAggregationTests
{
    private readonly ControllerHarness _h = new ControllerHarness().Run(new ClusterRoleAggregation());

    private void Add(string name, string labels, string rules, string aggregation = "") => _h.Cluster.Create(ClusterRoles,
        $$$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"{{{name}}}","labels":{{{labels}}}},"rules":{{{rules}}}{{{(aggregation.Length > 0 ? $",\"aggregationRule\":{aggregation}" : "")}}}}""");

    private static string Rule(string resource, string verb = "get") => $$$"""{"verbs":["{{{verb}}}"],"apiGroups":[""],"resources":["{{{resource}}}"]}""";

    private static string Selecting(params string[] labels) => $$$"""{"clusterRoleSelectors":[{{{string.Join(',', labels.Select(static l => $$$"""{"matchLabels":{"{{{l}}}":"true"}}"""))}}}]}""";

    private static string Labels(params string[] labels) => $"{{{string.Join(',', labels.Select(static l => $"\"{l}\":\"true\""))}}}";

    private string[] Granted(string name) => [.. _h.Cluster.Json(ClusterRoles, "", name).Items("rules").Select(static r => $"{r["verbs"]![0].Text()} {r["resources"]![0].Text()}")];

    private int Patches => _h.Cluster.Log.Count(static l => l.StartsWith("patch", StringComparison.Ordinal));

    [Fact]
    public void The_rules_are_those_of_the_selected_roles_by_selector_and_name_each_once()
    {
        Add("b", Labels("one"), $"[{Rule("pods")},{Rule("secrets")}]");
        Add("a", Labels("two"), $"[{Rule("secrets")},{Rule("nodes")}]");
        Add("c", Labels("one"), $"[{Rule("jobs")}]");
        Add("d", Labels("other"), $"[{Rule("events")}]");
        Add("all", "{}", "[]", Selecting("one", "two"));
        _h.Settle();
        Assert.Equal(["get pods", "get secrets", "get jobs", "get nodes"], Granted("all"));
        Assert.Equal(["made of b, c, a: 4 rules instead of 0"], _h.Decisions.Single().Reasons);
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, Patches);
    }

    [Fact]
    public void A_changed_role_reaches_those_that_are_made_of_made_ones_and_one_that_goes_leaves_them()
    {
        Add("view", Labels("to-edit"), "[]", Selecting("to-view"));
        Add("edit", Labels("to-admin"), "[]", Selecting("to-edit"));
        Add("admin", "{}", "[]", Selecting("to-admin"));
        Add("widgets", Labels("to-view"), $"[{Rule("widgets")}]");
        _h.Settle();
        Assert.All((string[])["view", "edit", "admin"], n => Assert.Equal(["get widgets"], Granted(n)));
        _h.Cluster.Change(ClusterRoles, "", "widgets", static r => r["rules"]![0]!["verbs"]![0] = "watch");
        _h.Settle();
        Assert.All((string[])["view", "edit", "admin"], n => Assert.Equal(["watch widgets"], Granted(n)));
        _h.Cluster.Change(ClusterRoles, "", "widgets", static r => r["metadata"]!["labels"] = new JsonObject());
        _h.Settle();
        Assert.All((string[])["view", "edit", "admin"], n => Assert.Empty(Granted(n)));
        Assert.Equal("made of no role: 0 rules instead of 1", _h.Decisions.Last(static d => d.Key.Name == "view").Reasons.Single());
    }

    [Fact]
    public void What_somebody_wrote_into_an_aggregated_role_goes_and_other_roles_are_left_alone()
    {
        Add("source", Labels("one"), $"[{Rule("pods")}]");
        Add("made", "{}", $"[{Rule("pods")},{Rule("secrets")}]", Selecting("one"));
        Add("plain", Labels("two"), $"[{Rule("pods")},{Rule("pods")}]");
        Add("selects-nothing", "{}", $"[{Rule("pods")}]", """{"clusterRoleSelectors":[]}""");
        Add("selects-all", Labels("two"), "[]", """{"clusterRoleSelectors":[{}]}""");
        _h.Settle();
        Assert.Equal(["get pods"], Granted("made"));
        Assert.Equal(["get pods", "get pods"], Granted("plain"));
        Assert.Empty(Granted("selects-nothing"));
        Assert.Equal(["get pods"], Granted("selects-all"));
    }

    [Fact]
    public void Roles_that_are_made_of_each_other_come_to_rest()
    {
        Add("x", Labels("to-y"), $"[{Rule("pods")}]", Selecting("to-x"));
        Add("y", Labels("to-x"), $"[{Rule("jobs")}]", Selecting("to-y"));
        Add("p", Labels("to-x"), $"[{Rule("nodes")}]");
        Add("q", Labels("to-y"), $"[{Rule("events")}]");
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Granted("x").Order(), Granted("y").Order());
        Assert.InRange(Patches, 1, 8);
    }

    [Fact]
    public void A_selector_that_cannot_be_read_holds_up_its_own_role_only_and_with_growing_waits()
    {
        Add("source", Labels("one"), $"[{Rule("pods")},null,7]");
        Add("bad", Labels("one"), "[]", """{"clusterRoleSelectors":[{"matchExpressions":[{"key":"x","operator":"Maybe"}]}]}""");
        Add("odd", Labels("one"), "\"rules\"", """{"clusterRoleSelectors":[null,{"matchLabels":7}]}""");
        Add("made", "{}", "[]", Selecting("one"));
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["get pods"], Granted("made"));
        Assert.Empty(Granted("bad"));
        Assert.InRange(_h.Decisions.Count(static d => d.Key.Name == "bad"), 1, 30);
        Assert.Contains("\"Maybe\" is not a valid label selector operator", _h.Decisions.First(static d => d.Key.Name == "bad").Reasons.Single());
    }

    [Fact]
    public void A_refused_write_is_tried_again_with_growing_waits()
    {
        _h.Cluster.Fault = static (verb, address) => verb == "patch" ? ApiErrors.Forbidden(address.Resource.Resource, address.Name, "no escalation today") : null;
        Add("source", Labels("one"), $"[{Rule("pods")}]");
        Add("made", "{}", "[]", Selecting("one"));
        _h.Advance(TimeSpan.FromHours(1));
        Assert.InRange(Patches, 10, 30);
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromMinutes(17));
        Assert.Equal(["get pods"], Granted("made"));
    }
}
