using System.Text;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Tests.Runtimes.Cri;

/// <summary>A pod with one container that waits for commands; removed at the end of its scope.</summary>
internal sealed class CriPod : IAsyncDisposable
{
    private readonly CriNode _node;

    private CriPod(CriNode node, SandboxConfig config, string sandbox)
    {
        _node = node;
        Config = config;
        Sandbox = sandbox;
    }

    public SandboxConfig Config { get; }

    public string Sandbox { get; }

    public string Container { get; private set; } = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<CriPod> StartAsync(
        CriNode node, Func<SandboxConfig, SandboxConfig>? configure = null, Func<ContainerConfig, ContainerConfig>? container = null)
    {
        var config = node.Sandbox("pod", Guid.NewGuid().ToString(), 0);
        config = configure?.Invoke(config) ?? config;
        var pod = new CriPod(node, config, await node.Runtime.RunSandboxAsync(config, "", Cancel));
        try
        {
            var main = node.Running("main");
            pod.Container = await pod.AddAsync(container?.Invoke(main) ?? main);
        }
        catch
        {
            await pod.DisposeAsync();
            throw;
        }
        return pod;
    }

    public async Task<string> AddAsync(ContainerConfig container)
    {
        var id = await _node.Runtime.CreateContainerAsync(Sandbox, container, Config, Cancel);
        await _node.Runtime.StartContainerAsync(id, Cancel);
        return id;
    }

    /// <summary>What a line of shell prints in the container, both outputs, without the last line end.</summary>
    public async Task<string> ShellAsync(string line, string? container = null)
    {
        var result = await _node.Runtime.ExecAsync(container ?? Container, ["sh", "-c", line], TimeSpan.FromSeconds(20), Cancel);
        return (Encoding.UTF8.GetString(result.Stdout.Span) + Encoding.UTF8.GetString(result.Stderr.Span)).TrimEnd('\n');
    }

    public Task<ContainerStatus> StatusAsync() => _node.Runtime.GetContainerStatusAsync(Container, Cancel);

    public async Task<string> AddressAsync() => (await _node.Runtime.GetSandboxStatusAsync(Sandbox, Cancel)).Ips[0];

    public async ValueTask DisposeAsync()
    {
        await _node.Runtime.StopSandboxAsync(Sandbox, CancellationToken.None);
        await _node.Runtime.RemoveSandboxAsync(Sandbox, CancellationToken.None);
    }
}
