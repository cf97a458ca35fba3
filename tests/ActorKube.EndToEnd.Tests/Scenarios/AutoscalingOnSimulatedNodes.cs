using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>What pods use, and replicas that follow it, with the kubectl on PATH.</summary>
[Collection(SimulatedScenarios.Name)]
public sealed class AutoscalingOnSimulatedNodes(SimulatedCluster cluster)
{
    private const string Namespace = "scaling";
    private readonly Kubectl _kubectl = Available(cluster);

    [Fact]
    public async Task Replicas_come_with_the_load_and_go_with_it()
    {
        await _kubectl.RunAsync("create", "namespace", Namespace);
        await _kubectl.UntilAsync("-n", Namespace, "get", "serviceaccount", "default");
        await _kubectl.RunWithInputAsync("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: scaling}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata:
                  labels: {app: web}
                  annotations: {simulated.actorkube.io/cpu: 10m, simulated.actorkube.io/memory: 64Mi}
                spec:
                  containers:
                  - {name: web, image: nginx, resources: {requests: {cpu: 100m}}}
            ---
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: web, namespace: scaling}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              minReplicas: 1
              maxReplicas: 4
              metrics:
              - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}
              behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
            """, "apply", "-f", "-");
        await HereAsync("wait", "hpa/web", "--for=condition=ScalingActive", "--timeout=60s");
        Assert.Matches(@"web +Deployment/web +cpu: 10%/50% +1 +4 +1", await HereAsync("get", "hpa", "web"));
        Assert.Matches(@"web-\S+ +web +10m +64Mi", await HereAsync("top", "pods", "--containers"));
        Assert.Matches(@"node-1 +\d+m +\d+% +\d+Mi", await _kubectl.RunAsync("top", "nodes"));

        await HereAsync("annotate", "pods", "-l", "app=web", "simulated.actorkube.io/cpu=300m", "--overwrite");
        await HereAsync("wait", "deployment/web", "--for=jsonpath={.status.readyReplicas}=4", "--timeout=60s");
        await HereAsync("annotate", "pods", "-l", "app=web", "simulated.actorkube.io/cpu=1m", "--overwrite");
        await HereAsync("wait", "deployment/web", "--for=jsonpath={.spec.replicas}=1", "--timeout=60s");
        var described = await HereAsync("describe", "hpa", "web");
        Assert.Contains("New size: 4; reason: cpu resource utilization (percentage of request) above target", described);
        Assert.Contains("New size: 1; reason: All metrics below target", described);
        await _kubectl.RunAsync("delete", "namespace", Namespace, "--timeout=60s");
    }

    [Fact]
    public async Task An_autoscaler_is_made_by_one_command()
    {
        await _kubectl.UntilAsync("get", "serviceaccount", "default");
        await _kubectl.RunAsync("create", "deployment", "auto", "--image=nginx");
        await _kubectl.RunAsync("autoscale", "deployment", "auto", "--min=2", "--max=5", "--cpu-percent=80");
        await _kubectl.RunAsync("wait", "deployment/auto", "--for=jsonpath={.status.readyReplicas}=2", "--timeout=60s");
        Assert.Matches(@"auto +Deployment/auto +cpu: <unknown>/80% +2 +5", await _kubectl.RunAsync("get", "hpa", "auto"));
        await _kubectl.RunAsync("delete", "hpa,deployment", "auto");
    }

    private Task<string> HereAsync(params string[] arguments) => _kubectl.RunAsync(["-n", Namespace, .. arguments]);

    private static Kubectl Available(SimulatedCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        return cluster.Kubectl;
    }
}
