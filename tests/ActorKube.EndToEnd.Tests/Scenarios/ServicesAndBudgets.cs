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
        await AddressesAsync(".endpoints[1].conditions.ready}=true", ".subsets[0].addresses[1].ip}");
        var ips = (await _kubectl.RunAsync("get", "pods", "-n", "exposed", "-o", "jsonpath={.items[*].status.podIP}")).Split(' ').Order();
        var slice = await _kubectl.RunAsync("get", "endpointslices", "-n", "exposed", "-o", "jsonpath={.items[*].endpoints[*].addresses[0]}");
        Assert.Equal(ips, slice.Split(' ').Order());
        Assert.Equal("8080", await _kubectl.RunAsync("get", "endpoints", "front", "-n", "exposed", "-o", "jsonpath={.subsets[0].ports[0].port}"));

        await _kubectl.RunAsync("scale", "deployment/front", "--replicas=3", "-n", "exposed");
        await AddressesAsync(".endpoints[2].conditions.ready}=true", ".subsets[0].addresses[2].ip}");
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

    private async Task AddressesAsync(string inSlice, string inEndpoints)
    {
        await _kubectl.RunAsync("wait", "endpointslice", "-l", "kubernetes.io/service-name=front", "--for=jsonpath={" + inSlice, "--timeout=60s", "-n", "exposed");
        await _kubectl.RunAsync("wait", "endpoints/front", "--for=jsonpath={" + inEndpoints, "--timeout=60s", "-n", "exposed");
    }

    private static Kubectl Available(SimulatedCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        return cluster.Kubectl;
    }
}
