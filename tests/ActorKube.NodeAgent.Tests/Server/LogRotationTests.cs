using System.Collections.Immutable;
using System.IO.Compression;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Simulated;
using ActorKube.NodeAgent.Server;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;
using ActorKube.Testing.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.NodeAgent.Tests.Server;

public sealed class LogRotationTests
{
    private readonly SettableTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(0, "000040", "000050")]
    [InlineData(1, "010040", "010050")]
    [InlineData(-1, "000031", "000032")]
    public async Task A_log_that_has_grown_too_long_is_rotated_and_only_the_newest_files_stay_whatever_the_clock_is_set_to(int hours, string older, string newer)
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
            if (round == 3)
                _time.Jump(TimeSpan.FromHours(hours));
            await rotation.RotateAllAsync(cancel);
        }
        runtime.Print(id, "short");
        await rotation.RotateAllAsync(cancel);
        Assert.Equal(["/logs/web/0.log", $"/logs/web/0.log.20260101-{older}.gz", $"/logs/web/0.log.20260101-{newer}"], runtime.LogFiles.List("/logs/web"));
        using var compressed = new StreamReader(new GZipStream(runtime.LogFiles.OpenRead($"/logs/web/0.log.20260101-{older}.gz")!, CompressionMode.Decompress));
        Assert.Contains("round 3", await compressed.ReadToEndAsync(cancel));
        using var current = new StreamReader(runtime.LogFiles.OpenRead("/logs/web/0.log")!);
        Assert.EndsWith("stdout F short\n", await current.ReadToEndAsync(cancel));
    }
}
