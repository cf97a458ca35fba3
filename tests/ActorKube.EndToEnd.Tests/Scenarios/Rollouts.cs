namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary><c>kubectl rollout</c> of every kind that has one.</summary>
public sealed class Rollouts(WorkloadCluster cluster) : WorkloadScenario(cluster)
{
    [Fact]
    public async Task A_deployment_goes_back_to_any_revision_and_holds_still_while_paused()
    {
        await RunAsync("create", "deployment", "web", "--image=nginx:1", "--replicas=2");
        await RolledOutAsync("deployment/web", "deployment \"web\" successfully rolled out");
        await RunAsync("annotate", "deployment/web", "kubernetes.io/change-cause=first");
        await RunAsync("set", "image", "deployment/web", "nginx=nginx:2");
        await RunAsync("annotate", "deployment/web", "kubernetes.io/change-cause=second", "--overwrite");
        await RolledOutAsync("deployment/web", "deployment \"web\" successfully rolled out");
        await UntilAsync("wait", "replicaset", "-l", "app=web", "--for=jsonpath={.metadata.annotations['kubernetes\\.io/change-cause']}", "--timeout=30s");
        Assert.Matches(@"^deployment.apps/web \nREVISION +CHANGE-CAUSE\n1 +first\n2 +second\n\n$", await RunAsync("rollout", "history", "deployment/web"));
        Assert.Matches(@"^deployment.apps/web with revision #1\n(?s).*Annotations:\s+kubernetes.io/change-cause: first\n.*Image:\s+nginx:1\n", await RunAsync("rollout", "history", "deployment/web", "--revision=1"));

        Assert.Equal("deployment.apps/web paused\n", await RunAsync("rollout", "pause", "deployment/web"));
        Assert.Equal("error: deployments.apps \"web\" is already paused", await RefusedAsync("rollout", "pause", "deployment/web"));
        await RunAsync("set", "image", "deployment/web", "nginx=nginx:3");
        await RunAsync("wait", "deployment/web", "--for=jsonpath={.status.conditions[?(@.type==\"Progressing\")].reason}=DeploymentPaused", "--timeout=60s");
        Assert.Equal("Deployment is paused", await FieldAsync("deployment/web", ".status.conditions[?(@.type==\"Progressing\")].message"));
        Assert.Contains("you cannot rollback a paused deployment; resume it first", await RefusedAsync("rollout", "undo", "deployment/web"));
        Assert.Contains("can't restart paused deployment (run rollout resume first)", await RefusedAsync("rollout", "restart", "deployment/web"));
        Assert.Equal(2, (await FieldsAsync("replicasets", ".metadata.name")).Split(' ').Length);
        Assert.Equal("deployment.apps/web resumed\n", await RunAsync("rollout", "resume", "deployment/web"));
        await RolledOutAsync("deployment/web", "deployment \"web\" successfully rolled out");

        Assert.Equal("error: unable to find specified revision 77 in history", await RefusedAsync("rollout", "undo", "deployment/web", "--to-revision=77"));
        Assert.Equal("deployment.apps/web rolled back\n", await RunAsync("rollout", "undo", "deployment/web", "--to-revision=1"));
        await RolledOutAsync("deployment/web", "deployment \"web\" successfully rolled out");
        Assert.Equal("nginx:1", await FieldAsync("deployment/web", ".spec.template.spec.containers[0].image"));
        Assert.Matches(@"REVISION +CHANGE-CAUSE\n2 +second\n3 +second\n4 +first\n", await RunAsync("rollout", "history", "deployment/web"));
        Assert.Equal("deployment.apps/web restarted\n", await RunAsync("rollout", "restart", "deployment/web"));
        await RolledOutAsync("deployment/web", "deployment \"web\" successfully rolled out");
    }

    [Fact]
    public async Task What_is_waited_for_comes_or_is_said_not_to_have_come()
    {
        Assert.Equal("Error from server (NotFound): deployments.apps \"web\" not found", await RefusedAsync("wait", "deployment/web", "--for=condition=Available", "--timeout=1s"));
        await RunAsync("create", "deployment", "web", "--image=nginx:1");
        Assert.Equal("deployment.apps/web condition met\n", await RunAsync("wait", "deployment/web", "--for=create", "--timeout=60s"));
        Assert.Equal("deployment.apps/web condition met\n", await RunAsync("wait", "deployment/web", "--for=condition=Available", "--timeout=60s"));
        Assert.Equal("error: timed out waiting for the condition on deployments/web", await RefusedAsync("wait", "deployment/web", "--for=condition=ReplicaFailure", "--timeout=1s"));
        Assert.Equal("error: Expected replicas to be 9, was 1", await RefusedAsync("scale", "deployment/web", "--current-replicas=9", "--replicas=2"));
        Assert.Equal("1", await FieldAsync("deployment/web", ".spec.replicas"));
    }

    [Fact]
    public async Task Sets_go_back_to_any_revision_and_cannot_be_paused()
    {
        await ApplyAsync("stateful-set");
        await ApplyAsync("daemon-set");
        foreach (var (set, resource, container, done) in ((string, string, string, string)[])[
            ("statefulset/web", "statefulsets", "web", "partitioned roll out complete: 3 new pods have been updated..."),
            ("daemonset/collector", "daemonsets", "collector", "daemon set \"collector\" successfully rolled out")])
        {
            await RolledOutAsync(set, done);
            var first = await FieldAsync(set, ".spec.template.spec.containers[0].image");
            await RunAsync("set", "image", set, $"{container}=next:2");
            await RolledOutAsync(set, done);
            await RunAsync("set", "image", set, $"{container}=next:3");
            await RolledOutAsync(set, done);
            Assert.Matches(@"REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n3 +<none>\n", await RunAsync("rollout", "history", set));
            Assert.Equal($"error: {resource}.apps \"{container}\" pausing is not supported", await RefusedAsync("rollout", "pause", set));
            Assert.Equal("error: unable to find specified revision 9 in history", await RefusedAsync("rollout", "undo", set, "--to-revision=9"));
            Assert.EndsWith(" rolled back\n", await RunAsync("rollout", "undo", set, "--to-revision=1"));
            await RolledOutAsync(set, done);
            Assert.Equal(first, await FieldAsync(set, ".spec.template.spec.containers[0].image"));
            Assert.Matches(@"CHANGE-CAUSE\n2 +<none>\n3 +<none>\n4 +<none>\n", await RunAsync("rollout", "history", set));
        }
    }
}
