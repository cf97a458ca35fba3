using System.Text.Json.Nodes;
using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary><c>actorkube explain</c> against a running cluster.</summary>
public sealed class Explanations(SimulatedCluster cluster) : IClassFixture<SimulatedCluster>
{
    private readonly Kubectl _kubectl = Available(cluster);

    [Fact]
    public async Task A_deployment_is_explained_down_to_the_nodes_of_its_pods()
    {
        await _kubectl.RunAsync("create", "deployment", "told", "--image=nginx", "--replicas=2");
        await _kubectl.RunAsync("rollout", "status", "deployment/told", "--timeout=60s");
        await _kubectl.RunAsync("scale", "deployment/told", "--replicas=3");
        await _kubectl.RunAsync("rollout", "status", "deployment/told", "--timeout=60s");

        var text = await ExplainAsync(0, "deployment/told", "--since", "1h");
        Assert.Contains("deployments.apps/told in default  <- asked about", text);
        Assert.Contains(" deployment-controller: ", text);
        Assert.Matches(@"user kubernetes-admin: create deployments\.apps default/told \(revision \d+\)", text);
        Assert.Matches(@"user kubernetes-admin: (patch|update) deployments\.apps/scale default/told \(revision \d+\)", text);
        Assert.Contains("spec.replicas 2 → 3", text);
        Assert.Matches(@"because deployments\.apps default/told changed \(revision \d+, by user kubernetes-admin\)", text);
        Assert.Matches(@"because replicasets\.apps default/told-\w+ changed \(revision \d+, by deployment-controller\)", text);
        Assert.Contains(" replicaset-controller: ", text);
        Assert.Contains("scheduler: bound it to node-", text);

        var tree = JsonNode.Parse(await ExplainAsync(0, "deployment.v1.apps/told", "-o", "json"))!;
        var set = Assert.Single(tree["children"]!.AsArray())!;
        Assert.Equal(3, set["children"]!.AsArray().Count);
        // Before the last one there may be others, of a time when no node was ready.
        Assert.All(set["children"]!.AsArray(), pod => Assert.Equal("Placed", (string?)pod!["decisions"]!.AsArray()[^1]!["placement"]!["outcome"]));

        var pod = ((string)set["children"]![0]!["object"]!)["pods/".Length..];
        var ofPod = await ExplainAsync(0, $"pod/{pod}");
        Assert.StartsWith("deployments.apps/told in default", ofPod);
        Assert.Contains($"pods/{pod} in default  <- asked about", ofPod);
    }

    [Fact]
    public async Task Who_may_not_get_an_object_is_not_told_about_it()
    {
        await _kubectl.RunAsync("create", "deployment", "secret", "--image=nginx");
        var path = "/actorkube/v1/decisions/apis/apps/v1/namespaces/default/deployments/secret";
        Assert.Contains("DecisionList", await _kubectl.RunAsync("get", "--raw", path));
        var refused = await _kubectl.TryAsync("get", "--raw", path, "--as=nobody");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("cannot get resource \"deployments\"", refused.Error);
        await _kubectl.RunAsync("create", "role", "looker", "--verb=get", "--resource=deployments.apps");
        await _kubectl.RunAsync("create", "rolebinding", "looker", "--role=looker", "--user=somebody");
        Assert.Contains("DecisionList", await _kubectl.UntilAsync("get", "--raw", path, "--as=somebody"));
    }

    [Fact]
    public async Task Mistakes_are_told_in_a_sentence()
    {
        Assert.Contains("deployments.apps \"none\" not found", await ExplainAsync(1, "deployment/none"));
        Assert.Contains("nothing called 'gadget'", await ExplainAsync(1, "gadget/x"));
        Assert.Contains("write TYPE/NAME", await ExplainAsync(1, "deployment"));
        Assert.Contains("--since has to be a time such as", await ExplainAsync(1, "deployment/none", "--since", "soon"));
    }

    private async Task<string> ExplainAsync(int exitCode, params string[] arguments)
    {
        await using var explain = ActorKubeProcess.Start(["explain", "--kubeconfig", cluster.Kubeconfig, .. arguments]);
        Assert.True(await explain.ExitAsync() == exitCode, explain.Output);
        return explain.Output;
    }

    private static Kubectl Available(SimulatedCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        return cluster.Kubectl;
    }
}
