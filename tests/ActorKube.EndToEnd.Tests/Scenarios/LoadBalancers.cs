using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Services of type LoadBalancer on a fresh cluster, whose addresses come from the pool of <c>up</c>, with the kubectl on PATH.</summary>
[Collection(SimulatedScenarios.Name)]
public sealed class LoadBalancers(SimulatedCluster cluster)
{
    private readonly Kubectl _kubectl = Available(cluster);

    [Fact]
    public async Task A_load_balancer_service_gets_an_address_that_no_other_gets_and_loses_it_with_its_end()
    {
        await _kubectl.RunAsync("create", "namespace", "balanced");
        await CreateAsync("first", "");
        var first = await AddressAsync("first");
        Assert.StartsWith("10.112.0.", first, StringComparison.Ordinal);
        Assert.Equal("[\"service.kubernetes.io/load-balancer-cleanup\"]", await GetAsync("first", "{.metadata.finalizers}"));
        Assert.Contains(first, await _kubectl.RunAsync("get", "service", "first", "-n", "balanced"));

        await CreateAsync("second", $"loadBalancerIP: {first}");
        var refusal = await _kubectl.UntilAsync("get", "events", "-n", "balanced", "--field-selector=reason=SyncLoadBalancerFailed", "-o", "jsonpath={.items[0].message}");
        Assert.Equal($"Error syncing load balancer: failed to ensure load balancer: address {first} is taken by another service", refusal);

        await _kubectl.RunAsync("delete", "service", "first", "-n", "balanced", "--timeout=60s");
        Assert.Equal(first, await AddressAsync("second"));

        await _kubectl.RunAsync("patch", "service", "second", "-n", "balanced", "-p", "{\"spec\":{\"type\":\"ClusterIP\"}}");
        await _kubectl.UntilAsync("get", "events", "-n", "balanced", "--field-selector=reason=DeletedLoadBalancer,involvedObject.name=second", "-o", "jsonpath={.items[0].message}");
        Assert.Equal("", await GetAsync("second", "{.metadata.finalizers}{.status.loadBalancer.ingress}"));
        await _kubectl.RunAsync("delete", "namespace", "balanced", "--timeout=60s");
    }

    private Task<string> CreateAsync(string name, string more) => _kubectl.RunWithInputAsync($$"""
        apiVersion: v1
        kind: Service
        metadata: { name: {{name}}, namespace: balanced }
        spec:
          type: LoadBalancer
          ports: [{ port: 80 }]
          {{more}}
        """, "apply", "-f", "-");

    private async Task<string> AddressAsync(string name)
    {
        await _kubectl.RunAsync("wait", $"service/{name}", "-n", "balanced", "--for=jsonpath={.status.loadBalancer.ingress[0].ip}", "--timeout=60s");
        return await GetAsync(name, "{.status.loadBalancer.ingress[0].ip}");
    }

    private Task<string> GetAsync(string name, string path) => _kubectl.RunAsync("get", "service", name, "-n", "balanced", "-o", $"jsonpath={path}");

    private static Kubectl Available(SimulatedCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        return cluster.Kubectl;
    }
}
