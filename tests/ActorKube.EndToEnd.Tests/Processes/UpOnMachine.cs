using ActorKube.Testing.Containers;

namespace ActorKube.EndToEnd.Tests.Processes;

/// <summary><c>actorkube up</c> in the network namespace of a machine that has a containerd.</summary>
internal static class UpOnMachine
{
    /// <summary>Starts it; its files are below the directory.</summary>
    public static ActorKubeProcess Start(ContainerdNode machine, string runtime, TemporaryDirectory directory) => ActorKubeProcess.StartIn(
        machine.NetworkNamespace,
        [
            "up", "--runtime", runtime, "--runtime-endpoint", machine.Endpoint, "--port", "0", "--data", directory.Path,
            "--set", $"actorkube.node-agent.root-directory={Path.Combine(directory.Path, "agent")}",
            "--set", $"actorkube.node-agent.log-directory={Path.Combine(directory.Path, "logs")}",
            "--set", $"actorkube.node-agent.cgroups.root={machine.CgroupParent}",
            "--set", "actorkube.node-agent.usage.interval=1s",
            "--set", $"actorkube.node-agent.cni.directory={Path.Combine(machine.Directory, "cni")}",
        ]);

    /// <summary>Waits until its node is ready and pods may come.</summary>
    /// <returns>A client, and the argument that leads it to the machine: the kubeconfig names the loopback address, which is the machine's own.</returns>
    public static async Task<(Kubectl Kubectl, string Server)> ReadyAsync(ActorKubeProcess up, ContainerdNode machine, TemporaryDirectory directory)
    {
        await up.LineAsync("Ctrl-C stops");
        var port = (await up.LineAsync("Kubernetes API: ")).Split(':')[^1].Split(',')[0];
        var server = $"--server=https://{machine.Address}:{port}";
        var kubectl = new Kubectl(Path.Combine(directory.Path, "kubeconfig"));
        await kubectl.UntilAsync(server, "get", "node", "node-1");
        await kubectl.RunAsync(server, "wait", "--for=condition=Ready", "node", "node-1", "--timeout=90s");
        await kubectl.UntilAsync(server, "get", "serviceaccount", "default");
        return (kubectl, server);
    }
}
