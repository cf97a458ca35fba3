namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>What is left when something is deleted, and what may not be taken away.</summary>
public sealed class Deletions(WorkloadCluster cluster) : WorkloadScenario(cluster)
{
    [Fact]
    public async Task Orphans_stay_and_are_adopted_by_who_comes_next()
    {
        await MakeAsync();
        var pods = await FieldsAsync("pods", ".metadata.uid");
        await RunAsync("delete", "deployment", "web", "--cascade=orphan", "--timeout=60s");
        Assert.Equal("", await FieldsAsync("replicasets", ".metadata.ownerReferences"));
        Assert.Equal(pods, await FieldsAsync("pods", ".metadata.uid"));

        await MakeAsync();
        Assert.Equal(pods, await FieldsAsync("pods", ".metadata.uid"));
        Assert.Equal("web", await FieldsAsync("replicasets", ".metadata.ownerReferences[0].name"));
    }

    [Fact]
    public async Task In_the_foreground_the_owner_goes_last()
    {
        await MakeAsync();
        var pod = await HoldAsync();
        await RunAsync("delete", "deployment", "web", "--cascade=foreground", "--wait=false");
        await RunAsync("wait", pod, "--for=jsonpath={.metadata.deletionTimestamp}", "--timeout=60s");
        Assert.Equal("[\"foregroundDeletion\"]", await FieldAsync("deployment/web", ".metadata.finalizers"));
        Assert.Equal("[\"foregroundDeletion\"]", await FieldsAsync("replicasets", ".metadata.finalizers"));
        await LetGoAsync(pod);
        await RunAsync("wait", "--for=delete", "deployment/web", "--timeout=60s");
        Assert.Equal("", await RunAsync("get", "replicasets,pods", "-l", "app=web", "-o", "name"));
    }

    [Fact]
    public async Task In_the_background_the_owner_goes_first()
    {
        await MakeAsync();
        var pod = await HoldAsync();
        await RunAsync("delete", "deployment", "web", "--cascade=background", "--timeout=60s");
        await RunAsync("wait", pod, "--for=jsonpath={.metadata.deletionTimestamp}", "--timeout=60s");
        await RunAsync("wait", "--for=delete", "replicaset", "-l", "app=web", "--timeout=60s");
        Assert.Equal(pod + "\n", await RunAsync("get", "deployments,replicasets,pods", "-l", "app=web", "-o", "name"));
        await LetGoAsync(pod);
        await RunAsync("wait", "--for=delete", pod, "--timeout=60s");
    }

    [Fact]
    public async Task A_drain_that_a_budget_blocks_goes_on_when_there_are_more_pods()
    {
        await ApplyAsync("budget");
        await RolledOutAsync("deployment/voters", "deployment \"voters\" successfully rolled out");
        await RunAsync("wait", "pdb/voters", "--for=jsonpath={.status.currentHealthy}=2", "--timeout=60s");
        Assert.Matches(@"voters +2 +N/A +0 ", await RunAsync("get", "pdb", "voters"));
        var pod = (await FieldsAsync("pods", ".metadata.name")).Split(' ')[0];
        var node = await FieldAsync($"pod/{pod}", ".spec.nodeName");
        Assert.Contains(
            $"error when evicting pods/\"{pod}\"",
            await RefusedAsync("drain", node, "--pod-selector=app=voters", "--timeout=2s"));
        var said = new List<string>();
        await foreach (var line in FollowAsync("drain", node, "--pod-selector=app=voters", "--timeout=60s"))
        {
            said.Add(line);
            // The attempt that is announced the first time is refused; the next one comes after five seconds.
            if (line.StartsWith("evicting pod", StringComparison.Ordinal) && said.Count == 2)
                await RunAsync("scale", "deployment/voters", "--replicas=3");
        }
        Assert.Equal($"node/{node} already cordoned", said[0]);
        Assert.Equal([$"pod/{pod} evicted", $"node/{node} drained"], said[^2..]);
        Assert.DoesNotContain(node, await FieldsAsync("pods", ".spec.nodeName"));
        Assert.Equal($"node/{node} uncordoned\n", await RunAsync("uncordon", node));
    }

    private async Task MakeAsync()
    {
        await RunAsync("create", "deployment", "web", "--image=nginx:1");
        await RolledOutAsync("deployment/web", "deployment \"web\" successfully rolled out");
    }

    // A finalizer of nobody's keeps the pod until it is taken away.
    private async Task<string> HoldAsync()
    {
        var pod = (await RunAsync("get", "pods", "-l", "app=web", "-o", "name")).TrimEnd();
        await RunAsync("patch", pod, "-p", """{"metadata":{"finalizers":["example.com/hold"]}}""");
        return pod;
    }

    private Task<string> LetGoAsync(string pod) => RunAsync("patch", pod, "--type=merge", "-p", """{"metadata":{"finalizers":null}}""");
}
