using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Claims on a fresh cluster of simulated nodes, through kubectl.</summary>
public sealed class VolumesOnSimulatedNodes : IAsyncLifetime
{
    private readonly TemporaryDirectory _data = new();
    private ActorKubeProcess? _process;

    private Kubectl Kubectl => new(Path.Combine(_data.Path, "kubeconfig"));

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        _process = ActorKubeProcess.Start("up", "--runtime", "simulated", "--nodes", "2", "--port", "0", "--data", _data.Path);
        await _process.LineAsync("kubeconfig");
        await Kubectl.UntilAsync("get", "node", "node-1", "node-2");
        await Kubectl.RunAsync("wait", "--for=condition=Ready", "node", "--all", "--timeout=60s");
        await Kubectl.UntilAsync("get", "serviceaccount", "default");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task A_claim_is_bound_when_its_pod_comes_and_its_volume_goes_with_it()
    {
        await Kubectl.RunWithInputAsync(Manifest, "apply", "-f", "-");
        await Kubectl.RunAsync("wait", "--for=condition=Ready", "pod/web", "--timeout=60s");
        Assert.Equal("Bound standard", await Kubectl.RunAsync("get", "pvc", "data", "-o", "jsonpath={.status.phase} {.spec.storageClassName}"));
        var volume = await Kubectl.RunAsync("get", "pvc", "data", "-o", "jsonpath={.spec.volumeName}");
        Assert.Equal(
            await Kubectl.RunAsync("get", "pod", "web", "-o", "jsonpath={.spec.nodeName}"),
            await Kubectl.RunAsync("get", "pv", volume, "-o", "jsonpath={.spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values[0]}"));

        await Kubectl.RunWithInputAsync(Missing, "apply", "-f", "-");
        await Kubectl.UntilAsync("wait", "--for=jsonpath={.reason}=FailedMount", "event", "--field-selector=involvedObject.name=stuck,reason=FailedMount", "--timeout=30s");
        Assert.Contains(
            "MountVolume.SetUp failed for volume \"cfg\" : configmap \"nothing\" not found",
            await Kubectl.RunAsync("get", "events", "--field-selector=involvedObject.name=stuck,reason=FailedMount", "-o", "jsonpath={.items[*].message}"));

        await Kubectl.RunAsync("delete", "pod", "web", "--timeout=60s");
        await Kubectl.RunAsync("delete", "pvc", "data", "--timeout=60s");
        await Kubectl.RunAsync("wait", "--for=delete", $"pv/{volume}", "--timeout=60s");
    }

    private const string Manifest = """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {"name":"data"}
        spec: {"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {"name":"web"}
        spec:
          terminationGracePeriodSeconds: 0
          containers: [{"name":"c","image":"web:1","volumeMounts":[{"name":"data","mountPath":"/data"}]}]
          volumes: [{"name":"data","persistentVolumeClaim":{"claimName":"data"}}]
        """;

    private const string Missing = """
        apiVersion: v1
        kind: Pod
        metadata: {"name":"stuck"}
        spec:
          terminationGracePeriodSeconds: 0
          containers: [{"name":"c","image":"web:1","volumeMounts":[{"name":"cfg","mountPath":"/cfg"}]}]
          volumes: [{"name":"cfg","configMap":{"name":"nothing"}}]
        """;
}
