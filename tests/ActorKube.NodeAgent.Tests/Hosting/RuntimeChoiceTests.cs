using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Tests.Support;
using Akka.Actor;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.NodeAgent.Tests.Hosting;

public sealed class RuntimeChoiceTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private NodeAgentSettings Settings => TestPods.Settings(_directory.Path) with { CniEnabled = true, RuntimeEndpoint = $"unix://{_directory["none.sock"]}" };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task One_containerd_runs_one_node_unless_somebody_else_has_made_a_network()
    {
        var cancel = TestContext.Current.CancellationToken;
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => RuntimeChoice.MakeAsync(RuntimeKind.Containerd, Settings, 2, cancel));
        Assert.Contains("--nodes 1 or --runtime simulated", refused.Message, StringComparison.Ordinal);
        Assert.Equal(RuntimeKind.Containerd, (await RuntimeChoice.MakeAsync(RuntimeKind.Containerd, Settings, 1, cancel)).Kind);
        Assert.Equal(RuntimeKind.Simulated, (await RuntimeChoice.MakeAsync(RuntimeKind.Simulated, Settings, 2, cancel)).Kind);

        Directory.CreateDirectory(Settings.CniDirectory);
        await File.WriteAllTextAsync(Path.Combine(Settings.CniDirectory, "05-flannel.conflist"), "{}", cancel);
        Assert.Equal(RuntimeKind.Containerd, (await RuntimeChoice.MakeAsync(RuntimeKind.Containerd, Settings, 2, cancel)).Kind);
    }

    [Fact]
    public async Task Simulated_pods_go_on_while_one_agent_of_their_node_follows_another()
    {
        var cancel = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        var cluster = new FakeCluster(time);
        using var system = ActorSystem.Create("test", "akka { loglevel = OFF, stdout-loglevel = OFF }");
        await using var runtime = new RuntimeChoice(RuntimeKind.Simulated, "").Open(Settings, time);
        await runtime.Runtime.UpdatePodCidrsAsync(["10.1.0.0/24"], cancel);
        var sandbox = "";
        for (var life = 0; life < 2; life++)
            await using (await NodeAgentHost.StartAsync(system, Settings, cluster, runtime, time, NullLoggerFactory.Instance, cancel: cancel))
            {
                if (life == 0)
                    sandbox = await runtime.Runtime.RunSandboxAsync(new SandboxConfig { Metadata = new("web", "default", "u", 0) }, "", cancel);
                Assert.Equal(SandboxState.Ready, (await runtime.Runtime.GetSandboxStatusAsync(sandbox, cancel)).State);
            }
    }
}
