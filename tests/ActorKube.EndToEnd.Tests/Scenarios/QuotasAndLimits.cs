using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>What a namespace may use and what is put into its pods, with the kubectl on PATH.</summary>
[Collection(SimulatedScenarios.Name)]
public sealed class QuotasAndLimits(SimulatedCluster cluster)
{
    private readonly Kubectl _kubectl = Available(cluster);

    [Fact]
    public async Task A_quota_holds_a_deployment_back_until_it_is_raised_or_gone()
    {
        await _kubectl.RunAsync("create", "namespace", "rationed");
        await _kubectl.RunAsync("create", "quota", "team", "--hard=pods=2,count/deployments.apps=1,configmaps=3", "-n", "rationed");
        await _kubectl.RunAsync("wait", "quota/team", "--for=jsonpath={.status.used.pods}=0", "--timeout=30s", "-n", "rationed");
        await _kubectl.RunAsync("create", "deployment", "web", "--image=nginx", "--replicas=4", "-n", "rationed");
        await _kubectl.RunAsync("wait", "deployment/web", "--for=condition=ReplicaFailure", "--timeout=30s", "-n", "rationed");
        await _kubectl.RunAsync("wait", "deployment/web", "--for=jsonpath={.status.readyReplicas}=2", "--timeout=30s", "-n", "rationed");
        Assert.Contains("exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2",
            await _kubectl.RunAsync("get", "events", "-n", "rationed", "--field-selector=reason=FailedCreate", "-o", "jsonpath={.items[*].message}"));
        var described = (await _kubectl.RunAsync("describe", "quota", "team", "-n", "rationed")).Split('\n').Select(l => string.Join(' ', l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(["Name: team", "Namespace: rationed", "Resource Used Hard", "-------- ---- ----", "configmaps 1 3", "count/deployments.apps 1 1", "pods 2 2"], described.Where(l => l.Length > 0));
        var refused = await _kubectl.TryAsync("create", "deployment", "second", "--image=nginx", "-n", "rationed");
        Assert.Contains("deployments.apps \"second\" is forbidden: exceeded quota: team, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1", refused.Error);

        // After failures the set is only looked at again after a while, as upstream, unless something about it changes.
        await _kubectl.RunAsync("patch", "quota", "team", "-n", "rationed", "-p", """{"spec":{"hard":{"pods":"3"}}}""");
        await _kubectl.RunAsync("wait", "quota/team", "--for=jsonpath={.status.hard.pods}=3", "--timeout=30s", "-n", "rationed");
        await _kubectl.RunAsync("scale", "deployment/web", "--replicas=3", "-n", "rationed");
        await _kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s", "-n", "rationed");
        await _kubectl.RunAsync("delete", "quota", "team", "-n", "rationed");
        await _kubectl.RunAsync("scale", "deployment/web", "--replicas=5", "-n", "rationed");
        await _kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s", "-n", "rationed");
        await _kubectl.RunAsync("delete", "namespace", "rationed", "--timeout=60s");
    }

    [Fact]
    public async Task A_pod_that_goes_makes_room_for_another()
    {
        await _kubectl.RunAsync("create", "namespace", "replenished");
        await _kubectl.RunAsync("create", "quota", "few", "--hard=pods=1", "-n", "replenished");
        await _kubectl.RunAsync("wait", "quota/few", "--for=jsonpath={.status.used.pods}=0", "--timeout=30s", "-n", "replenished");
        await _kubectl.RunAsync("run", "first", "--image=nginx", "-n", "replenished");
        Assert.Contains("exceeded quota: few", (await _kubectl.TryAsync("run", "second", "--image=nginx", "-n", "replenished")).Error);
        await _kubectl.RunAsync("delete", "pod", "first", "-n", "replenished", "--timeout=60s");
        await _kubectl.RunAsync("wait", "quota/few", "--for=jsonpath={.status.used.pods}=0", "--timeout=30s", "-n", "replenished");
        await _kubectl.RunAsync("run", "second", "--image=nginx", "-n", "replenished");
        await _kubectl.RunAsync("delete", "namespace", "replenished", "--timeout=60s");
    }

    [Fact]
    public async Task A_limit_range_completes_pods_and_refuses_those_out_of_bounds()
    {
        await _kubectl.RunAsync("create", "namespace", "bounded");
        await _kubectl.RunWithInputAsync("""
            apiVersion: v1
            kind: LimitRange
            metadata: { name: bounds, namespace: bounded }
            spec:
              limits:
              - type: Container
                default: { cpu: 500m }
                max: { cpu: "1" }
            """, "apply", "-f", "-");
        await _kubectl.RunAsync("run", "plain", "--image=nginx", "-n", "bounded");
        Assert.Equal("500m 500m", await _kubectl.RunAsync("get", "pod", "plain", "-n", "bounded", "-o", "jsonpath={.spec.containers[0].resources.requests.cpu} {.spec.containers[0].resources.limits.cpu}"));
        Assert.Contains("kubernetes.io/limit-ranger: LimitRanger plugin set: cpu request for container plain; cpu limit for container", await _kubectl.RunAsync("describe", "pod", "plain", "-n", "bounded"));
        Assert.Contains("Container   cpu       -    1    500m             500m           -", await _kubectl.RunAsync("describe", "limits", "bounds", "-n", "bounded"));
        var refused = await _kubectl.TryAsync("run", "large", "--image=nginx", "-n", "bounded", "--overrides",
            """{"spec":{"containers":[{"name":"large","image":"nginx","resources":{"limits":{"cpu":"2"}}}]}}""");
        Assert.Contains("pods \"large\" is forbidden: maximum cpu usage per Container is 1, but limit is 2", refused.Error);
        await _kubectl.RunAsync("delete", "namespace", "bounded", "--timeout=60s");
    }

    private static Kubectl Available(SimulatedCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        return cluster.Kubectl;
    }
}
