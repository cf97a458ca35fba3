using ActorKube.Testing.Containers;

namespace ActorKube.EndToEnd.Tests.Processes;

/// <summary>One server process and agent processes, each with a containerd in a network namespace of its own.</summary>
internal static class ServerWithAgents
{
    /// <summary>A server on the machines' common network; ports of 0 are chosen.</summary>
    public static ActorKubeProcess StartServer(ContainerFabric fabric, string data, string port, string clusterPort) =>
        ActorKubeProcess.Start("server", "--data", data, "--address", fabric.HostAddress, "--port", port, "--cluster-port", clusterPort);

    /// <summary>An agent in its machine's network namespace; its files are below the directory's folder of that name.</summary>
    public static ActorKubeProcess StartAgent(ContainerdNode node, string name, TemporaryDirectory directory, ContainerFabric fabric, string port, string token) => ActorKubeProcess.StartIn(
        node.NetworkNamespace,
        [
            "agent", "--join", $"{fabric.HostAddress}:{port}", "--token", token, "--data", Path.Combine(directory.Path, name), "--node-name", name, "--node-ip", node.Address,
            "--runtime", "containerd", "--runtime-endpoint", node.Endpoint,
            "--set", $"actorkube.node-agent.root-directory={Path.Combine(directory.Path, name, "agent")}",
            "--set", $"actorkube.node-agent.log-directory={Path.Combine(directory.Path, name, "logs")}",
            "--set", $"actorkube.node-agent.cgroups.root={node.CgroupParent}",
            "--set", "actorkube.node-agent.cni.enabled=off",
        ]);

    /// <summary>A token with which agents join.</summary>
    public static async Task<string> TokenAsync(string data)
    {
        await using var create = ActorKubeProcess.Start("token", "create", "--kubeconfig", Path.Combine(data, "kubeconfig"));
        var token = await create.LineAsync("ak1-");
        Assert.Equal(0, await create.ExitAsync());
        return token;
    }
}
