using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Where the addresses of services come from, with the kubectl on PATH.</summary>
[Collection(SimulatedScenarios.Name)]
public sealed class ServiceAddresses(SimulatedCluster cluster)
{
    private readonly Kubectl _kubectl = Available(cluster);

    [Fact]
    public async Task Ranges_and_addresses_are_shown_and_a_range_stays_while_it_is_used()
    {
        Assert.Matches(@"NAME +CIDRS +AGE\nkubernetes +10\.96\.0\.0/12 +\S+", await _kubectl.RunAsync("get", "servicecidrs", "kubernetes"));
        Assert.Matches(@"NAME +PARENTREF\n10\.96\.0\.1 +services/default/kubernetes", await _kubectl.RunAsync("get", "ipaddresses", "10.96.0.1"));
        await _kubectl.RunAsync("wait", "servicecidr/kubernetes", "--for=condition=Ready", "--timeout=30s");

        await _kubectl.RunWithInputAsync("""{"apiVersion":"networking.k8s.io/v1","kind":"ServiceCIDR","metadata":{"name":"more"},"spec":{"cidrs":["10.200.0.0/28"]}}""", "apply", "-f", "-");
        await _kubectl.RunAsync("wait", "servicecidr/more", "--for=condition=Ready", "--timeout=30s");
        await _kubectl.RunAsync("create", "service", "clusterip", "there", "--tcp=80", "--clusterip=10.200.0.5");
        Assert.Contains("services/default/there", await _kubectl.RunAsync("get", "ipaddresses", "10.200.0.5"));

        // What somebody takes away from a service is given back to it.
        await _kubectl.RunAsync("delete", "ipaddress", "10.200.0.5");
        await _kubectl.RunAsync("wait", "ipaddress/10.200.0.5", "--for=create", "--timeout=30s");

        await _kubectl.RunAsync("delete", "servicecidr", "more", "--wait=false");
        await _kubectl.RunAsync("wait", "servicecidr/more", "--for=condition=Ready=false", "--timeout=30s");
        await _kubectl.RunAsync("delete", "service", "there");
        await _kubectl.RunAsync("wait", "servicecidr/more", "--for=delete", "--timeout=60s");
        Assert.NotEqual(0, (await _kubectl.TryAsync("get", "ipaddresses", "10.200.0.5")).ExitCode);
    }

    private static Kubectl Available(SimulatedCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        return cluster.Kubectl;
    }
}
