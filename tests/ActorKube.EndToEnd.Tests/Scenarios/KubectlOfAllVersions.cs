using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>
/// What kubectls of different versions do differently: how they discover (plain, aggregated beta, aggregated), which OpenAPI they read before they apply and explain,
/// how they wait, prune, scale and show subresources. The rest is the same code in all of them and is tried with one.
/// </summary>
[Collection(SimulatedScenarios.Name)]
public sealed class KubectlOfAllVersions(SimulatedCluster cluster)
{
    private const string Manifest = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: applied, labels: {set: a}}
        data: {a: "1"}
        """;

    public static TheoryData<string> Versions => [.. KubectlVersions.Names];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_kubectl_of_this_version_finds_its_way(string version)
    {
        Assert.SkipWhen(version == KubectlVersions.None, KubectlVersions.Missing);
        var ns = version.Replace('.', '-');
        var kubectl = new Kubectl(cluster.Kubeconfig, KubectlVersions.Path(version));
        await kubectl.RunAsync("create", "namespace", ns);
        Assert.Contains("horizontalpodautoscalers", await kubectl.RunAsync("api-resources", "--namespaced"));

        Assert.Contains("created", await kubectl.RunWithInputAsync(Manifest, "apply", "-n", ns, "-f", "-"));
        Assert.Contains("unchanged", await kubectl.RunWithInputAsync(Manifest, "apply", "-n", ns, "-f", "-"));
        var pruned = await kubectl.RunWithInputAsync(Manifest.Replace("applied", "second"), "apply", "-n", ns, "-f", "-", "--prune", "-l", "set=a", "--prune-allowlist=core/v1/ConfigMap");
        Assert.Contains("configmap/applied pruned", pruned);
        var strict = await kubectl.TryWithInputAsync(Manifest.Replace("\ndata: {", "\ndatum: {"), "apply", "-n", ns, "-f", "-");
        Assert.Contains("unknown field \"datum\"", strict.Error);
        var serverSide = await kubectl.TryWithInputAsync(Manifest, "apply", "-n", ns, "-f", "-", "--server-side");
        Assert.NotEqual(0, serverSide.ExitCode);
        Assert.Contains("application/strategic-merge-patch+json", serverSide.Error);
        Assert.Contains("rollingUpdate", await kubectl.RunAsync("explain", "deployment.spec.strategy"));

        await kubectl.RunAsync("create", "deployment", "web", "-n", ns, "--image=nginx");
        await kubectl.RunAsync("rollout", "status", "deployment/web", "-n", ns, "--timeout=60s");
        Assert.Matches("NAME +DESIRED +AVAILABLE +AGE", await kubectl.RunAsync("get", "deployment", "web", "-n", ns, "--subresource=scale"));
        await kubectl.RunAsync("patch", "deployment", "web", "-n", ns, "--subresource=scale", "--type=merge", "-p", """{"spec":{"replicas":2}}""");
        await kubectl.RunAsync("wait", "deployment/web", "-n", ns, "--for=jsonpath={.status.readyReplicas}=2", "--timeout=60s");
        Assert.Contains("2 desired", await kubectl.RunAsync("describe", "deployment", "web", "-n", ns));
        Assert.Contains("ScalingReplicaSet", await kubectl.RunAsync("events", "-n", ns, "--for=deployment/web"));
        await kubectl.RunAsync("delete", "deployment", "web", "-n", ns, "--cascade=foreground", "--timeout=60s");
        Assert.Empty(await kubectl.RunAsync("get", "pods", "-n", ns, "-o", "name"));
        await kubectl.RunAsync("delete", "namespace", ns, "--wait=false");
    }
}
