using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>What is behind a service, and what a disruption budget keeps there, with the kubectl on PATH.</summary>
[Collection(SimulatedScenarios.Name)]
public sealed class ServicesAndBudgets(SimulatedCluster cluster)
{
    private readonly Kubectl _kubectl = Available(cluster);

    [Fact]
    public async Task Slices_and_endpoints_follow_the_pods_of_an_exposed_deployment()
    {
        await _kubectl.RunAsync("create", "namespace", "exposed");
        await _kubectl.RunAsync("create", "deployment", "front", "--image=nginx", "--replicas=2", "-n", "exposed");
        await _kubectl.RunAsync("expose", "deployment", "front", "--port=80", "--target-port=8080", "-n", "exposed");
        await _kubectl.RunAsync("rollout", "status", "deployment/front", "--timeout=60s", "-n", "exposed");
        await BehindAsync(2);
        var ips = (await _kubectl.RunAsync("get", "pods", "-n", "exposed", "-o", "jsonpath={.items[*].status.podIP}")).Split(' ').Order();
        var slice = await _kubectl.RunAsync("get", "endpointslices", "-n", "exposed", "-o", "jsonpath={.items[*].endpoints[*].addresses[0]}");
        Assert.Equal(ips, slice.Split(' ').Order());
        Assert.Equal("8080", await _kubectl.RunAsync("get", "endpoints", "front", "-n", "exposed", "-o", "jsonpath={.subsets[0].ports[0].port}"));

        await _kubectl.RunAsync("scale", "deployment/front", "--replicas=3", "-n", "exposed");
        await BehindAsync(3);
        await _kubectl.RunAsync("delete", "namespace", "exposed", "--timeout=60s");
    }

    [Fact]
    public async Task A_budget_blocks_a_drain_until_another_pod_is_ready()
    {
        await _kubectl.RunAsync("create", "namespace", "guarded");
        await _kubectl.RunAsync("create", "deployment", "guarded", "--image=nginx", "--replicas=2", "-n", "guarded");
        await _kubectl.RunAsync("create", "poddisruptionbudget", "guarded", "--selector=app=guarded", "--min-available=2", "-n", "guarded");
        await _kubectl.RunAsync("rollout", "status", "deployment/guarded", "--timeout=60s", "-n", "guarded");
        await _kubectl.RunAsync("wait", "pdb/guarded", "--for=jsonpath={.status.currentHealthy}=2", "--timeout=60s", "-n", "guarded");
        var node = await _kubectl.RunAsync("get", "pods", "-n", "guarded", "-o", "jsonpath={.items[0].spec.nodeName}");

        var refused = await _kubectl.TryAsync("drain", node, "--pod-selector=app=guarded", "--timeout=3s");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("Cannot evict pod as it would violate the pod's disruption budget.", refused.Error);

        await _kubectl.RunAsync("scale", "deployment/guarded", "--replicas=3", "-n", "guarded");
        await _kubectl.RunAsync("drain", node, "--pod-selector=app=guarded", "--timeout=60s");
        await _kubectl.RunAsync("wait", "pdb/guarded", "--for=jsonpath={.status.disruptionsAllowed}=1", "--timeout=60s", "-n", "guarded");
        Assert.DoesNotContain(node, await _kubectl.RunAsync("get", "pods", "-n", "guarded", "-o", "wide"));
        await _kubectl.RunAsync("uncordon", node);
        await _kubectl.RunAsync("delete", "namespace", "guarded", "--timeout=60s");
    }

    // kubectl wait gives up on a list that is still too short.
    private async Task BehindAsync(int count)
    {
        await CountAsync(count, "endpointslices", "jsonpath={.items[*].endpoints[*].conditions.ready}", "true");
        await CountAsync(count, "endpoints", "jsonpath={.items[*].subsets[*].addresses[*].targetRef.kind}", "Pod");
    }

    private async Task CountAsync(int count, string resource, string output, string word)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await _kubectl.RunAsync("get", resource, "-n", "exposed", "-o", output)).Split(' ').Count(w => w == word) != count)
            Assert.False(limit.IsCancellationRequested, $"{resource} did not come to {count} times '{word}'");
    }

    private static Kubectl Available(SimulatedCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        return cluster.Kubectl;
    }
}
