using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary><c>actorkube up --cloud-provider simulated</c>: nodes are machines of a cloud, which says what they are and when they are gone.</summary>
public sealed class NodesOfASimulatedCloud
{
    [Fact]
    public async Task A_node_learns_from_the_cloud_what_it_is_and_goes_when_its_machine_is_gone()
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        using var data = new TemporaryDirectory();
        await using var process = ActorKubeProcess.Start("up", "--runtime", "simulated", "--cloud-provider", "simulated", "--port", "0", "--data", data.Path);
        await process.LineAsync("kubeconfig");
        var kubectl = new Kubectl(Path.Combine(data.Path, "kubeconfig"));
        await kubectl.RunAsync("wait", "node/node-1", "--for=condition=Ready", "--timeout=60s");
        Assert.StartsWith("simulated://simulated-1", await kubectl.RunAsync("get", "node", "node-1", "-o", "jsonpath={.spec.providerID}"), StringComparison.Ordinal);
        await kubectl.RunAsync("wait", "node/node-1", "--for=condition=NetworkUnavailable=false", "--timeout=60s");

        // A machine without an agent: its node is not ready, which is when the cloud is asked whether it is still there.
        await kubectl.RunWithInputAsync("""
            apiVersion: v1
            kind: Node
            metadata: { name: far, annotations: { simulated.actorkube.io/zone: far-away } }
            spec: { taints: [{ key: node.cloudprovider.kubernetes.io/uninitialized, effect: NoSchedule }] }
            """, "apply", "-f", "-");
        await kubectl.RunAsync("wait", "node/far", "--for=jsonpath={.metadata.labels.topology\\.kubernetes\\.io/zone}=far-away", "--timeout=60s");
        await kubectl.RunAsync("annotate", "node", "far", "simulated.actorkube.io/instance=shutdown");
        await kubectl.RunAsync("wait", "node/far", "--for=jsonpath={.spec.taints[?(@.key==\"node.cloudprovider.kubernetes.io/shutdown\")].effect}=NoSchedule", "--timeout=60s");
        await kubectl.RunAsync("annotate", "--overwrite", "node", "far", "simulated.actorkube.io/instance=gone");
        await kubectl.RunAsync("wait", "node/far", "--for=delete", "--timeout=60s");
        Assert.Equal(
            "Deleting node far because it does not exist in the cloud provider",
            await kubectl.RunAsync("get", "events", "--field-selector=reason=DeletingNode", "-o", "jsonpath={.items[0].message}"));
    }
}
