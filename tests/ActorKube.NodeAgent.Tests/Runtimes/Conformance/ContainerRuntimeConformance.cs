using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Tests.Runtimes.Conformance;

/// <summary>What every <see cref="IContainerRuntime"/> does. A new implementation inherits this class and gives its <see cref="RuntimeUnderTest"/>.</summary>
public abstract partial class ContainerRuntimeConformance : IAsyncLifetime
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private readonly string _uid = Guid.NewGuid().ToString();
    private readonly List<string> _sandboxes = [];
    private RuntimeUnderTest? _subject;

    private protected RuntimeUnderTest Subject => _subject ??= Create();

    private protected IContainerRuntime Runtime => Subject.Runtime;

    private protected CancellationToken Cancel => _patience.Token;

    private protected string Uid => _uid;

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var sandbox in _sandboxes)
        {
            await Runtime.StopSandboxAsync(sandbox, Cancel);
            await Runtime.RemoveSandboxAsync(sandbox, Cancel);
        }
        if (_subject is not null)
            await _subject.DisposeAsync();
        _patience.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract RuntimeUnderTest Create();

    private protected static ImmutableDictionary<string, string> Map(params (string Key, string Value)[] pairs) =>
        pairs.ToImmutableDictionary(p => p.Key, p => p.Value);

    private protected SandboxConfig Config(uint attempt = 0) => Subject.Sandbox("web", _uid, attempt) with
    {
        Labels = Map(("uid", _uid), ("app", "web")),
    };

    private protected async Task<string> RunAsync(SandboxConfig config)
    {
        var id = await Runtime.RunSandboxAsync(config, "", Cancel);
        _sandboxes.Add(id);
        return id;
    }

    private protected async Task<string> CreateAsync(string sandbox, ContainerConfig container, SandboxConfig config)
    {
        if (container.LogPath.Length > 0)
            Runtime.LogFiles.CreateDirectory(Path.GetDirectoryName(Path.Combine(config.LogDirectory, container.LogPath))!);
        return await Runtime.CreateContainerAsync(sandbox, container, config, Cancel);
    }

    private protected async Task<string> StartAsync(string sandbox, ContainerConfig container, SandboxConfig config)
    {
        var id = await CreateAsync(sandbox, container, config);
        await Runtime.StartContainerAsync(id, Cancel);
        return id;
    }

    /// <summary>A running container in a sandbox of its own.</summary>
    private protected async Task<(string Sandbox, string Container)> StartAsync(ContainerConfig container)
    {
        var config = Config();
        var sandbox = await RunAsync(config);
        return (sandbox, await StartAsync(sandbox, container, config));
    }

    private protected Task<ContainerStatus> StatusAsync(string container) => Runtime.GetContainerStatusAsync(container, Cancel);

    private protected async Task<ContainerStatus> EndOfAsync(string container)
    {
        await foreach (var e in Runtime.WatchAsync(Cancel))
        {
            if (e.ContainerId == container && e.Kind == RuntimeEventKind.ContainerExited)
                break;
        }
        return await StatusAsync(container);
    }

    private protected static async Task<RuntimeErrorKind> FailureOf(Task call) => (await Assert.ThrowsAsync<RuntimeException>(() => call)).Kind;
}
