using System.Collections.Immutable;
using System.IO.Compression;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Simulated;
using ActorKube.NodeAgent.Server;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.NodeAgent.Tests.Server;

public sealed class LogRotationTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_log_that_has_grown_too_long_is_rotated_and_only_so_many_files_stay()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var runtime = new SimulatedRuntime(new SimulatedRuntimeOptions { Time = _time, IdSeed = 1, PodCidrs = ["10.0.0.0/24"], Images = ["busybox:1"] });
        var labels = ImmutableDictionary<string, string>.Empty.Add(RuntimeLabels.Node, TestPods.Node);
        var sandbox = new SandboxConfig { Metadata = new("web", "default", "uid", 0), LogDirectory = "/logs", Labels = labels };
        var sandboxId = await runtime.RunSandboxAsync(sandbox, "", cancel);
        runtime.LogFiles.CreateDirectory("/logs/web");
        var id = await runtime.CreateContainerAsync(
            sandboxId, new ContainerConfig { Metadata = new("web", 0), Image = "busybox:1", LogPath = "web/0.log", Labels = labels }, sandbox, cancel);
        await runtime.StartContainerAsync(id, cancel);
        var rotation = new LogRotation(runtime, TestPods.Settings() with { LogMaxBytes = 100, LogMaxFiles = 3 }, _time, NullLogger.Instance);
        for (var round = 0; round < 5; round++)
        {
            runtime.Print(id, $"round {round} {new string('x', 200)}");
            _time.Advance(TimeSpan.FromSeconds(10));
            await rotation.RotateAllAsync(cancel);
        }
        runtime.Print(id, "short");
        await rotation.RotateAllAsync(cancel);
        Assert.Equal(["/logs/web/0.log", "/logs/web/0.log.20260101-000040.gz", "/logs/web/0.log.20260101-000050"], runtime.LogFiles.List("/logs/web"));
        using var compressed = new StreamReader(new GZipStream(runtime.LogFiles.OpenRead("/logs/web/0.log.20260101-000040.gz")!, CompressionMode.Decompress));
        Assert.Contains("round 3", await compressed.ReadToEndAsync(cancel));
        using var current = new StreamReader(runtime.LogFiles.OpenRead("/logs/web/0.log")!);
        Assert.EndsWith("stdout F short\n", await current.ReadToEndAsync(cancel));
    }
}
