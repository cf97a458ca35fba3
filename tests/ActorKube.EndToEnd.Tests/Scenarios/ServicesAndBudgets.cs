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

    [Fact]
    public async Task A_pod_under_two_budgets_is_not_evicted_and_says_why()
    {
        await _kubectl.RunAsync("create", "namespace", "twice");
        await _kubectl.RunAsync("create", "poddisruptionbudget", "one", "--selector=app=twice", "--min-available=1", "-n", "twice");
        await _kubectl.RunAsync("create", "poddisruptionbudget", "two", "--selector=app=twice", "--max-unavailable=1", "-n", "twice");
        await _kubectl.RunAsync("create", "deployment", "twice", "--image=nginx", "-n", "twice");
        await _kubectl.RunAsync("rollout", "status", "deployment/twice", "--timeout=60s", "-n", "twice");
        var node = await _kubectl.RunAsync("get", "pods", "-n", "twice", "-o", "jsonpath={.items[0].spec.nodeName}");
        var refused = await _kubectl.TryAsync("drain", node, "--pod-selector=app=twice", "--timeout=3s");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.", refused.Error);
        await TellsAsync("twice", "MultiplePodDisruptionBudgets", "matches multiple PodDisruptionBudgets.  Chose \"one\" arbitrarily.");
        await _kubectl.RunAsync("uncordon", node);
        await _kubectl.RunAsync("delete", "namespace", "twice", "--timeout=60s");
    }

    [Fact]
    public async Task Endpoints_are_shared_out_among_zones_where_a_service_asks_for_it()
    {
        const string Zone = "topology.kubernetes.io/zone";
        var nodes = (await _kubectl.RunAsync("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}")).Split(' ');
        await _kubectl.RunAsync("label", "nodes", "--all", $"{Zone}=west");
        await _kubectl.RunAsync("label", "node", nodes[0], $"{Zone}=east", "--overwrite");
        await _kubectl.RunAsync("create", "namespace", "zones");
        await _kubectl.RunAsync("create", "deployment", "web", "--image=nginx", $"--replicas={2 * nodes.Length}", "-n", "zones");
        await _kubectl.RunAsync("expose", "deployment", "web", "--port=80", "-n", "zones");
        await _kubectl.RunAsync("annotate", "service", "web", "service.kubernetes.io/topology-mode=Auto", "-n", "zones");
        await _kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s", "-n", "zones");
        await CountAsync(2, "endpointslices", "jsonpath={.items[*].endpoints[*].hints.forZones[*].name}", "east", "zones");
        await TellsAsync("zones", "TopologyAwareHintsEnabled", "Topology Aware Hints has been enabled, addressType: IPv4");

        await _kubectl.RunAsync("annotate", "service", "web", "service.kubernetes.io/topology-mode-", "-n", "zones");
        await CountAsync(0, "endpointslices", "jsonpath={.items[*].endpoints[*].hints.forZones[*].name}", "east", "zones");
        await _kubectl.RunAsync("delete", "namespace", "zones", "--timeout=60s");
        await _kubectl.RunAsync("label", "nodes", "--all", $"{Zone}-");
    }

    private async Task TellsAsync(string ns, string reason, string message)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!(await _kubectl.RunAsync("get", "events", "-n", ns, "--field-selector", $"reason={reason}", "-o", "jsonpath={.items[*].message}")).Contains(message, StringComparison.Ordinal))
            Assert.False(limit.IsCancellationRequested, $"nobody said '{message}'");
    }

    // kubectl wait gives up on a list that is still too short.
    private async Task BehindAsync(int count)
    {
        await CountAsync(count, "endpointslices", "jsonpath={.items[*].endpoints[*].conditions.ready}", "true");
        await CountAsync(count, "endpoints", "jsonpath={.items[*].subsets[*].addresses[*].targetRef.kind}", "Pod");
    }

    private async Task CountAsync(int count, string resource, string output, string word, string ns = "exposed")
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await _kubectl.RunAsync("get", resource, "-n", ns, "-o", output)).Split(' ').Count(w => w == word) != count)
            Assert.False(limit.IsCancellationRequested, $"{resource} did not come to {count} times '{word}'");
    }

    private static Kubectl Available(SimulatedCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        return cluster.Kubectl;
    }
}
