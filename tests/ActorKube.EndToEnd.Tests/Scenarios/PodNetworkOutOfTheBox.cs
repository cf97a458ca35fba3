using System.Net;
using System.Net.Http.Headers;
using ActorKube.EndToEnd.Tests.Processes;
using ActorKube.Testing.Containers;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>
/// One server and two agents on nodes whose runtimes have no network at all: the agents configure it, keep the routes between the nodes, and pods talk to each other by their own
/// addresses. An agent that is killed finds its pods again.
/// </summary>
[Trait("needs", "containerd")]
public sealed class PodNetworkOutOfTheBox
{
    [Fact]
    public async Task Pods_on_two_nodes_reach_each_other_by_their_own_addresses_and_survive_their_agents_death()
    {
        Assert.SkipWhen(ContainerHost.SkipReason is not null, ContainerHost.SkipReason ?? "");
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        using var directory = new TemporaryDirectory();
        await using var fabric = await ContainerFabric.CreateAsync();
        await using var registry = OfflineRegistry.Start(fabric);
        await using var first = await fabric.StartNodeAsync(1, hasPodNetwork: false);
        await using var second = await fabric.StartNodeAsync(2, hasPodNetwork: false);
        var data = Path.Combine(directory.Path, "server");
        var cidr = first.PodCidr[..first.PodCidr.IndexOf('.', 3)] + ".0.0/16";
        var settings = Path.Combine(directory.Path, "server.conf");
        await File.WriteAllTextAsync(settings, $"actorkube.controllers.node-ipam.cluster-cidrs = [\"{cidr}\"]");
        await using var server = ActorKubeProcess.Start(
            "server", "--data", data, "--address", fabric.HostAddress, "--port", "0", "--cluster-port", "0", "--config", settings);
        var port = (await server.LineAsync("Kubernetes API: ")).Split(':')[^1];
        await server.LineAsync("To let nodes join");
        var kubectl = new Kubectl(Path.Combine(data, "kubeconfig"));
        var token = await TokenAsync(data);
        await using var agent1 = StartAgent(first, "n1", directory, fabric, port, token, settings);
        var agent2 = StartAgent(second, "n2", directory, fabric, port, token, settings);
        try
        {
            await kubectl.UntilAsync("get", "node", "n1", "n2");
            var ready = await kubectl.TryAsync("wait", "--for=condition=Ready", "node", "n1", "n2", "--timeout=90s");
            Assert.True(ready.ExitCode == 0, $"{ready.Error}\n{await kubectl.RunAsync("get", "nodes", "-o", "yaml")}\n{agent1.Output}");

            await kubectl.RunWithInputAsync(Pod("web", "n2", $"image: {OfflineImages.Httpd.Name}"), "apply", "-f", "-");
            await kubectl.RunAsync("wait", "--for=condition=Ready", "pod/web", "--timeout=60s");
            var found = await kubectl.RunAsync("get", "pod", "web", "-o", "jsonpath={.status.podIP} {.status.containerStatuses[0].containerID}");
            var (web, id) = found.Split(' ') is [var a, var b] ? (a, b) : throw new InvalidOperationException(found);
            // The server outside of the pod network has no way back to pods: only masqueraded requests are answered.
            await kubectl.RunWithInputAsync(
                Pod("client", "n1", $"""
                    image: {OfflineImages.Busybox.Name}
                        command: [sh, -c, "wget -q -O - http://{web}/; wget -q -O - http://{registry.Address}/v2/ && echo outside"]
                    """),
                "apply", "-f", "-");
            await kubectl.RunAsync("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/client", "--timeout=60s");
            Assert.Equal(["hello from busybox httpd", "outside"], Lines(await kubectl.RunAsync("logs", "client")));
            var client = await kubectl.RunAsync("get", "pod", "client", "-o", "jsonpath={.status.podIP}");
            Assert.Contains(client + "]:", await kubectl.RunAsync("logs", "web"));

            Assert.Single(Lines(await kubectl.RunAsync("logs", "client", "--tail=1")));
            Assert.StartsWith("20", (await kubectl.RunAsync("logs", "client", "--timestamps", "--since=1h")).Split('-')[0], StringComparison.Ordinal);

            await agent2.KillAsync();
            await agent2.DisposeAsync();
            agent2 = StartAgent(second, "n2", directory, fabric, port, token: null, settings);
            await agent2.LineAsync("is a member of the cluster");
            await kubectl.RunWithInputAsync(Pod("later", "n2", $"image: {OfflineImages.Httpd.Name}"), "apply", "-f", "-");
            await kubectl.RunAsync("wait", "--for=condition=Ready", "pod/later", "--timeout=90s");
            Assert.Equal($"{id} 0", await kubectl.RunAsync("get", "pod", "web", "-o", "jsonpath={.status.containerStatuses[0].containerID} {.status.containerStatuses[0].restartCount}"));

            await AgentsLetInOnlyWhoMayAsync(kubectl, first);
            await kubectl.RunAsync("delete", "pod", "--all", "--grace-period=1");
        }
        finally
        {
            await agent2.DisposeAsync();
        }
    }

    private static async Task AgentsLetInOnlyWhoMayAsync(Kubectl kubectl, ContainerdNode node)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null;
        using var http = new HttpClient(handler);
        var logs = new Uri($"https://{node.Address}:10250/containerLogs/default/client/main");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("no-such-token"));
        var robot = await kubectl.RunAsync("create", "token", "default");
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(robot));
        await kubectl.RunAsync("create", "clusterrolebinding", "robot", "--clusterrole=system:kubelet-api-admin", "--serviceaccount=default:default");
        // Refusals are remembered for a while; another user's are not.
        await kubectl.RunAsync("create", "serviceaccount", "other");
        await kubectl.RunAsync("create", "clusterrolebinding", "other", "--clusterrole=system:kubelet-api-admin", "--serviceaccount=default:other");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(await kubectl.RunAsync("create", "token", "other")));

        async Task<HttpStatusCode> StatusAsync(string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, logs);
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
            using var answer = await http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    private static string Pod(string name, string node, string container) => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}}}
        spec:
          nodeName: {{node}}
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers:
          - name: main
            imagePullPolicy: Never
            {{container}}
        """;

    private static ActorKubeProcess StartAgent(ContainerdNode node, string name, TemporaryDirectory directory, ContainerFabric fabric, string port, string? token, string settings) => ActorKubeProcess.StartIn(
        node.NetworkNamespace,
        [
            "agent", .. token is null ? [] : (string[])["--join", $"{fabric.HostAddress}:{port}", "--token", token], "--data", Path.Combine(directory.Path, name), "--node-name", name, "--node-ip", node.Address,
            "--config", settings, "--runtime", "auto", "--runtime-endpoint", node.Endpoint,
            "--set", $"actorkube.node-agent.root-directory={Path.Combine(directory.Path, name, "agent")}",
            "--set", $"actorkube.node-agent.log-directory={Path.Combine(directory.Path, name, "logs")}",
            "--set", $"actorkube.node-agent.cgroups.root={node.CgroupParent}",
            "--set", $"actorkube.node-agent.cni.directory={node.NetworkDirectory}",
        ]);

    private static async Task<string> TokenAsync(string data)
    {
        await using var create = ActorKubeProcess.Start("token", "create", "--kubeconfig", Path.Combine(data, "kubeconfig"));
        var token = await create.LineAsync("ak1-");
        Assert.Equal(0, await create.ExitAsync());
        return token;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
