using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>What people do on their first day, with the kubectl on PATH.</summary>
[Collection(SimulatedScenarios.Name)]
public sealed class KubectlOnSimulatedNodes(SimulatedCluster cluster)
{
    private readonly Kubectl _kubectl = Available(cluster);

    [Fact]
    public async Task Nodes_are_ready_and_shown_with_upstreams_columns()
    {
        await _kubectl.UntilAsync("get", "node", "node-1", "node-2");
        await _kubectl.RunAsync("wait", "--for=condition=Ready", "node", "--all", "--timeout=60s");
        var nodes = await _kubectl.RunAsync("get", "nodes");
        Assert.Matches(@"^NAME +STATUS +ROLES +AGE +VERSION", nodes);
        Assert.Equal(2, nodes.Split('\n').Count(l => l.Contains(" Ready ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_deployment_is_created_scaled_rolled_and_undone()
    {
        await _kubectl.RunAsync("create", "deployment", "web", "--image=nginx:1.22", "--replicas=3");
        await _kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        await _kubectl.RunAsync("wait", "--for=condition=Available", "deployment/web", "--timeout=60s");
        Assert.Matches(@"web +3/3 +3 +3", await _kubectl.RunAsync("get", "deployment", "web"));

        await _kubectl.RunAsync("scale", "deployment/web", "--replicas=5");
        await _kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        Assert.Equal("5", await _kubectl.RunAsync("get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}"));

        await _kubectl.RunAsync("set", "image", "deployment/web", "nginx=nginx:1.23");
        await _kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        Assert.Equal("nginx:1.23", await _kubectl.RunAsync("get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}"));
        Assert.Contains("REVISION", await _kubectl.RunAsync("rollout", "history", "deployment/web"));

        await _kubectl.RunAsync("rollout", "undo", "deployment/web");
        await _kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        Assert.Equal("nginx:1.22", await _kubectl.RunAsync("get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}"));

        Assert.Contains("skipped rollback (current template already matches revision 3)", await _kubectl.RunAsync("rollout", "undo", "deployment/web", "--to-revision=3"));

        await _kubectl.RunAsync("rollout", "restart", "deployment/web");
        await _kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");

        Assert.Contains("ScalingReplicaSet", await _kubectl.RunAsync("describe", "deployment", "web"));
        await _kubectl.RunAsync("delete", "deployment", "web", "--timeout=60s");
        await _kubectl.RunAsync("wait", "--for=delete", "pod", "-l", "app=web", "--timeout=60s");
    }

    [Fact]
    public async Task A_manifest_is_applied_and_applied_again()
    {
        const string manifest = """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: settings
            data:
              mode: "0644"
              level: low
            """;
        Assert.Contains("created", await _kubectl.RunWithInputAsync(manifest, "apply", "-f", "-"));
        Assert.Contains("unchanged", await _kubectl.RunWithInputAsync(manifest, "apply", "-f", "-"));
        Assert.Contains("configured", await _kubectl.RunWithInputAsync(manifest.Replace("low", "high"), "apply", "-f", "-"));
        Assert.Equal("0644 high", await _kubectl.RunAsync("get", "configmap", "settings", "-o", "jsonpath={.data.mode} {.data.level}"));
        await _kubectl.RunAsync("label", "configmap", "settings", "tier=base");
        await _kubectl.RunAsync("annotate", "configmap", "settings", "note=kept");
        Assert.Contains("settings", await _kubectl.RunAsync("get", "configmap", "-l", "tier=base"));
        await _kubectl.RunAsync("patch", "configmap", "settings", "--type=merge", "-p", """{"data":{"level":null}}""");
        await _kubectl.RunAsync("patch", "configmap", "settings", "--type=json", "-p", """[{"op":"add","path":"/data/extra","value":"yes"}]""");
        Assert.Equal("""{"extra":"yes","mode":"0644"}""", await _kubectl.RunAsync("get", "configmap", "settings", "-o", "jsonpath={.data}"));
        await _kubectl.RunAsync("delete", "configmap", "settings");
        Assert.Contains("NotFound", (await _kubectl.TryAsync("get", "configmap", "settings")).Error);
    }

    [Fact]
    public async Task A_watch_shows_changes_as_they_happen()
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var lines = _kubectl.FollowAsync(["get", "configmap", "-w", "--output-watch-events", "-l", "watched=yes"], enough.Token).GetAsyncEnumerator(enough.Token);
        var first = lines.MoveNextAsync();
        await _kubectl.RunAsync("create", "configmap", "seen");
        await _kubectl.RunAsync("label", "configmap", "seen", "watched=yes");
        Assert.True(await first);
        Assert.Contains("EVENT", lines.Current);
        Assert.True(await lines.MoveNextAsync());
        Assert.Matches("ADDED +seen", lines.Current);
        await _kubectl.RunAsync("delete", "configmap", "seen");
        Assert.True(await lines.MoveNextAsync());
        Assert.Matches("DELETED +seen", lines.Current);
        await lines.DisposeAsync();
    }

    [Fact]
    public async Task A_namespace_is_deleted_with_everything_in_it()
    {
        await _kubectl.RunAsync("create", "namespace", "short-lived");
        await _kubectl.RunAsync("create", "configmap", "inside", "-n", "short-lived");
        await _kubectl.RunAsync("create", "deployment", "web", "--image=nginx", "-n", "short-lived");
        await _kubectl.RunAsync("delete", "namespace", "short-lived", "--timeout=60s");
        Assert.Contains("NotFound", (await _kubectl.TryAsync("get", "namespace", "short-lived")).Error);
    }

    [Fact]
    public async Task A_service_account_token_authenticates_and_its_rights_are_those_of_its_bindings()
    {
        await _kubectl.RunAsync("create", "serviceaccount", "reader");
        var token = (await _kubectl.RunAsync("create", "token", "reader")).Trim();
        Assert.Equal(2, token.Count(c => c == '.'));
        Assert.Equal("no", (await _kubectl.TryAsync("auth", "can-i", "list", "pods", "--as=system:serviceaccount:default:reader")).Output.Trim());
        await _kubectl.RunAsync("create", "rolebinding", "reader", "--clusterrole=view", "--serviceaccount=default:reader");
        Assert.Equal("yes", (await _kubectl.RunAsync("auth", "can-i", "list", "pods", "--as=system:serviceaccount:default:reader")).Trim());
    }

    [Fact]
    public async Task Explain_and_api_resources_know_the_kinds()
    {
        Assert.Contains("deploy", await _kubectl.RunAsync("api-resources"));
        Assert.Contains("replicas", await _kubectl.RunAsync("explain", "deployment.spec"));
    }

    [Fact]
    public async Task Logs_of_a_simulated_container_are_served()
    {
        await _kubectl.UntilAsync("get", "serviceaccount", "default");
        await _kubectl.RunAsync("run", "talker", "--image=busybox", "--restart=Never");
        await _kubectl.RunAsync("wait", "--for=condition=Ready", "pod/talker", "--timeout=60s");
        Assert.Equal(0, (await _kubectl.TryAsync("logs", "talker")).ExitCode);
        await _kubectl.RunAsync("delete", "pod", "talker", "--timeout=60s");
    }

    private static Kubectl Available(SimulatedCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        return cluster.Kubectl;
    }
}
