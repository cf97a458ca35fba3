using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Http.Decisions;
using ActorKube.Explain;
using ActorKube.Machinery.Client;
using ActorKube.Testing.Fakes;

namespace ActorKube.Tests.Explain;

public sealed class ExplainerTests
{
    private readonly MemoryCluster _cluster = new(TimeProvider.System);

    private readonly ResourceFinder _finder = new(static (path, _) => Task.FromResult(JsonNode.Parse(path switch
    {
        "api/v1" => """{"resources":[{"name":"pods","singularName":"pod","kind":"Pod","namespaced":true}]}""",
        "apis/apps/v1" => """{"resources":[{"name":"replicasets","singularName":"replicaset","kind":"ReplicaSet","namespaced":true},{"name":"deployments","singularName":"deployment","kind":"Deployment","namespaced":true}]}""",
        _ => throw ApiErrors.NoSuchPath(),
    })));

    private void Add(GroupVersionResource resource, string name, string ownerKind = "", string owner = "")
    {
        var metadata = new JsonObject { ["namespace"] = "default", ["name"] = name, ["uid"] = name };
        if (owner.Length > 0)
            metadata["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = ownerKind == "Pod" ? "v1" : "apps/v1", ["kind"] = ownerKind, ["name"] = owner, ["uid"] = owner, ["controller"] = true });
        _cluster.Create(new ObjectAddress(resource, "default", name), new JsonObject { ["apiVersion"] = resource.ApiVersion, ["kind"] = "x", ["metadata"] = metadata });
    }

    private async Task<string> Explained(GroupVersionResource resource, string name, Exception? fault = null, params DecisionEntry[] decided)
    {
        var explainer = new Explainer(_cluster, _finder, (_, _) => fault is null ? Task.FromResult(new DecisionList(decided, [])) : throw fault, new ExplanationLimits(Children: 2));
        return Outline(await explainer.ExplainAsync(new ObjectAddress(resource, "default", name), TestContext.Current.CancellationToken));
    }

    private static string Outline(Explanation one) =>
        $"{one.Object.Split('/')[1]}{(one.IsAsked ? "!" : "")}{(one.OmittedChildren > 0 ? $"+{one.OmittedChildren}" : "")}{(one.Gaps is { } gaps ? $"?{string.Join(';', gaps)}" : "")}({string.Join(' ', one.Children.Select(Outline))})";

    [Fact]
    public async Task An_object_stands_between_its_owners_and_the_newest_of_what_it_owns()
    {
        Add(WellKnownResources.Deployments, "web");
        Add(WellKnownResources.ReplicaSets, "set", "Deployment", "web");
        foreach (var pod in (ReadOnlySpan<string>)["a", "b", "c"])
            Add(WellKnownResources.Pods, pod, "ReplicaSet", "set");
        Assert.Equal("web(set!+1(b() c()))", await Explained(WellKnownResources.ReplicaSets, "set"));
        Assert.Equal("web(set(a!()))", await Explained(WellKnownResources.Pods, "a"));
    }

    [Fact]
    public async Task What_users_did_is_told_beside_the_newest_decisions()
    {
        Add(WellKnownResources.Deployments, "web");
        var decided = Enumerable.Range(0, 5).Select(i => new DecisionEntry(DateTimeOffset.UnixEpoch.AddSeconds(i), i < 2 ? "jane" : "deployment-controller", []) { IsByUser = i < 2 });
        var explainer = new Explainer(_cluster, _finder, (_, _) => Task.FromResult(new DecisionList([.. decided], [])), new ExplanationLimits(Decisions: 2));
        var told = await explainer.ExplainAsync(new ObjectAddress(WellKnownResources.Deployments, "default", "web"), TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 3, 4], told.Decisions.Select(d => d.At.ToUnixTimeSeconds()));
        Assert.Equal(1, told.OmittedDecisions);
    }

    [Fact]
    public async Task Owners_in_a_circle_are_told_once()
    {
        Add(WellKnownResources.Deployments, "web", "ReplicaSet", "set");
        Add(WellKnownResources.ReplicaSets, "set", "Deployment", "web");
        Assert.Equal("web!(set())", await Explained(WellKnownResources.Deployments, "web"));
        Add(WellKnownResources.Deployments, "self", "Deployment", "self");
        Assert.Equal("self!()", await Explained(WellKnownResources.Deployments, "self"));
    }

    [Fact]
    public async Task Of_an_object_that_is_gone_is_told_what_is_remembered()
    {
        var decided = new DecisionEntry(DateTimeOffset.UnixEpoch, "taint-eviction-controller", ["it had to go"]);
        Assert.Equal("a!?it is gone; who owned it, and what it owned, is not known any more()", await Explained(WellKnownResources.Pods, "a", null, decided));
        Assert.Equal("pods \"a\" not found", (await Assert.ThrowsAsync<ApiException>(() => Explained(WellKnownResources.Pods, "a"))).Message);
    }

    [Fact]
    public async Task What_cannot_be_read_is_a_gap()
    {
        Add(WellKnownResources.Pods, "a", "ReplicaSet", "gone");
        Assert.Equal(
            "a!?its decisions cannot be read: not now;its owner ReplicaSet gone cannot be read: replicasets.apps \"gone\" not found()",
            await Explained(WellKnownResources.Pods, "a", ApiErrors.ServiceUnavailable("not now")));
    }
}
