using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Daemon sets, stateful sets and replication controllers through kubectl.</summary>
public sealed class SetsOnSimulatedNodes : IAsyncLifetime
{
    private readonly TemporaryDirectory _data = new();
    private ActorKubeProcess? _process;

    private Kubectl Kubectl => new(Path.Combine(_data.Path, "kubeconfig"));

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        _process = ActorKubeProcess.Start("up", "--runtime", "simulated", "--nodes", "3", "--port", "0", "--data", _data.Path);
        await _process.LineAsync("kubeconfig");
        await Kubectl.UntilAsync("get", "node", "node-1", "node-2", "node-3");
        await Kubectl.RunAsync("wait", "--for=condition=Ready", "node", "--all", "--timeout=60s");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task Sets_are_rolled_out_undone_restarted_and_scaled()
    {
        await Kubectl.RunWithInputAsync(Manifest, "apply", "-f", "-");
        await RolledOut("daemonset/d");
        Assert.Matches("d +3 +3 +3 +3 +3", await Kubectl.RunAsync("get", "daemonset", "d"));
        Assert.Equal(3, (await Kubectl.RunAsync("get", "pods", "-l", "app=d", "-o", "jsonpath={.items[*].spec.nodeName}")).Split(' ').Distinct().Count());
        await RolledOut("statefulset/s");
        Assert.Equal("s-0 s-1", await Kubectl.RunAsync("get", "pods", "-l", "app=s", "-o", "jsonpath={.items[*].metadata.name}"));
        await Kubectl.RunAsync("wait", "--for=jsonpath={.status.readyReplicas}=2", "replicationcontroller/r", "--timeout=60s");

        foreach (var set in (string[])["daemonset/d", "statefulset/s"])
        {
            await Kubectl.RunAsync("set", "image", set, "c=web:2");
            await RolledOut(set);
            Assert.Equal("web:2", await ImageOf(set));
            Assert.Matches(@"(?s)REVISION.*\b1 .*\b2 ", await Kubectl.RunAsync("rollout", "history", set));
            Assert.Contains("web:1", await Kubectl.RunAsync("rollout", "history", set, "--revision=1"));

            Assert.Contains("rolled back", await Kubectl.RunAsync("rollout", "undo", set));
            await RolledOut(set);
            Assert.Equal("web:1", await ImageOf(set));

            await Kubectl.RunAsync("rollout", "restart", set);
            await RolledOut(set);
            Assert.Contains("SuccessfulCreate", await Kubectl.RunAsync("describe", set));
        }

        await Kubectl.RunAsync("scale", "statefulset/s", "--replicas=3");
        await Kubectl.RunAsync("wait", "--for=jsonpath={.status.readyReplicas}=3", "statefulset/s", "--timeout=60s");
        Assert.Matches("s +3/3", await Kubectl.RunAsync("get", "statefulset", "s"));
        await Kubectl.RunAsync("scale", "replicationcontroller/r", "--replicas=1");
        await Kubectl.RunAsync("wait", "--for=jsonpath={.status.replicas}=1", "replicationcontroller/r", "--timeout=60s");
    }

    private async Task RolledOut(string set) => await Kubectl.RunAsync("rollout", "status", set, "--timeout=90s");

    private async Task<string> ImageOf(string set) => await Kubectl.RunAsync("get", set, "-o", "jsonpath={.spec.template.spec.containers[0].image}");

    private static string Manifest => $"""
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {Named("d")}
        spec:
          selector: {Selecting("d")}
          template: {Template("d")}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {Named("s")}
        spec:
          replicas: 2
          serviceName: s
          selector: {Selecting("s")}
          template: {Template("s")}
        ---
        apiVersion: v1
        kind: ReplicationController
        metadata: {Named("r")}
        spec:
          replicas: 2
          template: {Template("r")}
        """;

    private static string Named(string name) => $$"""{"name":"{{name}}"}""";

    private static string Selecting(string app) => $$$"""{"matchLabels":{"app":"{{{app}}}"}}""";

    private static string Template(string app) => $$$"""{"metadata":{"labels":{"app":"{{{app}}}"}},"spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"web:1"}]}}""";
}
