using ActorKube.EndToEnd.Tests.Processes;
using ActorKube.Testing.Containers;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>One server and two agent processes, each agent with its own containerd in its own network namespace.</summary>
[Trait("needs", "containerd")]
public sealed class ContainersOnTwoNodes
{
    [Fact]
    public async Task A_deployment_answers_http_heals_and_survives_the_death_of_the_server()
    {
        Assert.SkipWhen(ContainerHost.SkipReason is not null, ContainerHost.SkipReason ?? "");
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        using var directory = new TemporaryDirectory();
        await using var fabric = await ContainerFabric.CreateAsync();
        await using var first = await fabric.StartNodeAsync(1);
        await using var second = await fabric.StartNodeAsync(2);
        var data = Path.Combine(directory.Path, "server");

        string port, clusterPort;
        await using (var server = ServerWithAgents.StartServer(fabric, data, "0", "0"))
        {
            port = (await server.LineAsync("Kubernetes API: ")).Split(':')[^1];
            clusterPort = (await server.LineAsync("Cluster address: ")).Split(':')[^1];
            await server.LineAsync("To let nodes join");
            var kubectl = new Kubectl(Path.Combine(data, "kubeconfig"));
            var token = await ServerWithAgents.TokenAsync(data);
            await using var agent1 = ServerWithAgents.StartAgent(first, "n1", directory, fabric, port, token);
            await using var agent2 = ServerWithAgents.StartAgent(second, "n2", directory, fabric, port, token);
            await agent1.LineAsync("is a member of the cluster");
            await agent2.LineAsync("is a member of the cluster");
            await kubectl.UntilAsync("get", "node", "n1", "n2");
            await kubectl.RunAsync("wait", "--for=condition=Ready", "node", "n1", "n2", "--timeout=60s");

            await kubectl.RunWithInputAsync(Manifest, "apply", "-f", "-");
            await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=90s");
            await EveryPodAnswersAsync(kubectl);
            Assert.Contains("url:/", await kubectl.RunAsync("logs", "-l", "app=web", "--tail=-1"));

            var found = await kubectl.RunAsync("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].metadata.name} {.items[0].spec.nodeName} {.items[0].status.containerStatuses[0].containerID}");
            var (pod, node, container) = found.Split(' ') is [var a, var b, var c] ? (a, b, c["containerd://".Length..]) : throw new InvalidOperationException(found);
            await HostCommand.RunAsync("ctr", "-a", (node == "n1" ? first : second).Endpoint["unix://".Length..], "-n", "k8s.io", "tasks", "kill", "-s", "SIGKILL", container);
            await kubectl.RunAsync("wait", $"pod/{pod}", "--for=jsonpath={.status.containerStatuses[0].restartCount}=1", "--timeout=60s");
            await kubectl.RunAsync("wait", "--for=condition=Ready", "pod", "-l", "app=web", "--timeout=60s");

            await server.KillAsync();
            await using var again = ServerWithAgents.StartServer(fabric, data, port, clusterPort);
            await again.LineAsync("To let nodes join");
            Assert.Equal("3", await kubectl.RunAsync("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}"));
            await EveryPodAnswersAsync(kubectl);
            await kubectl.RunAsync("wait", "--for=condition=Ready", "node", "n1", "n2", "--timeout=90s");

            await agent1.KillAsync();
            await kubectl.RunAsync("wait", "--for=condition=Ready=Unknown", "node", "n1", "--timeout=120s");
            // Pods of the lost node stay, marked for deletion, until it comes back; those that count are elsewhere.
            await AllMoveAsync(kubectl, "n1", "n2");
            await kubectl.RunAsync("wait", "deployment/web", "--for=jsonpath={.status.availableReplicas}=3", "--timeout=120s");
        }
    }

    private static string Manifest => $$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 1
              tolerations:
              - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 2}
              - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 2}
              containers:
              - name: httpd
                image: {{{OfflineImages.Httpd.Name}}}
                imagePullPolicy: Never
        """;

    private static async Task AllMoveAsync(Kubectl kubectl, string from, string to)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            var places = (await kubectl.RunAsync("get", "pods", "-l", "app=web", "-o", "jsonpath={range .items[*]}{.spec.nodeName}/{.metadata.deletionTimestamp} {end}")).Split(' ');
            if (!places.Contains($"{from}/") && places.Count(place => place == $"{to}/") == 3)
                return;
            Assert.False(limit.IsCancellationRequested, $"Not all pods have moved: {string.Join(' ', places)}");
        }
    }

    private static async Task EveryPodAnswersAsync(Kubectl kubectl)
    {
        var pods = (await kubectl.RunAsync("get", "pods", "-l", "app=web", "-o", "jsonpath={range .items[*]}{.status.podIP} {end}")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, pods.Length);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        foreach (var pod in pods)
            Assert.Contains("hello from busybox httpd", await http.GetStringAsync(new Uri($"http://{pod}/")));
    }
}
