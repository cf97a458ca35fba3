using ActorKube.EndToEnd.Tests.Processes;
using ActorKube.Testing.Containers;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary><c>actorkube up</c> on a machine with a containerd for which nobody has configured a network: a cluster whose containers answer.</summary>
[Trait("needs", "containerd")]
public sealed class UpOnContainerd : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task Pods_run_and_have_their_network_out_of_the_box()
    {
        Assert.SkipUnless(ContainerHost.SkipReason is null, ContainerHost.SkipReason ?? "");
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        await using var fabric = await ContainerFabric.CreateAsync();
        await using var machine = await fabric.StartNodeAsync(1);
        foreach (var network in Directory.EnumerateFiles(Path.Combine(machine.Directory, "cni")))
            File.Delete(network);

        await using var up = UpOnMachine.Start(machine, "auto", _directory);
        Assert.Contains("containers run for real: containerd", await up.LineAsync("Container runtime: "));
        var (kubectl, server) = await UpOnMachine.ReadyAsync(up, machine, _directory);
        await kubectl.RunAsync(server, "run", "web", $"--image={OfflineImages.Httpd.Name}", "--image-pull-policy=Never");
        await kubectl.RunAsync(server, "wait", "--for=condition=Ready", "pod/web", "--timeout=90s");

        var address = await kubectl.RunAsync(server, "get", "pod", "web", "-o", "jsonpath={.status.podIP}");
        var answer = await HostCommand.RunAsync(machine.EnterCommand[0], [.. machine.EnterCommand.Skip(1), "timeout", "20", "busybox", "wget", "-q", "-O", "-", $"http://{address}/"]);
        Assert.Contains("hello from busybox httpd", answer);
        Assert.Contains("url:/", await kubectl.RunAsync(server, "logs", "web"));

        await kubectl.RunAsync(server, "run", "busy", $"--image={OfflineImages.Busybox.Name}", "--image-pull-policy=Never", "--", "sh", "-c", "while true; do :; done");
        await kubectl.RunAsync(server, "wait", "--for=condition=Ready", "pod/busy", "--timeout=90s");
        await kubectl.UntilAsync(server, "top", "pod", "busy");
        Assert.Matches(@"busy +[1-9]\d+m +", await kubectl.RunAsync(server, "top", "pod", "busy"));
    }

    [Fact]
    public async Task Without_a_runtime_it_says_so_and_how_to_get_one()
    {
        await using var up = ActorKubeProcess.Start("up", "--runtime", "auto", "--runtime-endpoint", "unix:///none.sock", "--port", "0", "--data", _directory.Path);
        Assert.Equal(
            "Container runtime: pods are simulated, because there is no container runtime at unix:///none.sock; with a usable containerd, --runtime containerd runs them for real",
            await up.LineAsync("Container runtime: "));
    }

    public void Dispose() => _directory.Dispose();
}
