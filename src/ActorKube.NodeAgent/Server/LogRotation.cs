using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Running;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Server;

/// <summary>
/// Rotates the logs of running containers: a log that has grown too long is renamed by the time, the runtime opens a new one, older ones are compressed and the oldest removed.
/// The newest rotated file stays uncompressed, because a reader may still be at its end.
/// </summary>
internal sealed class LogRotation(IContainerRuntime runtime, NodeAgentSettings settings, TimeProvider time, ILogger log)
{
    private const string Compressed = ".gz";
    private const string TimeFormat = "yyyyMMdd-HHmmss";

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>Rotates at intervals until cancelled.</summary>
    public Task RunAsync(CancellationToken cancel)
    {
        var work = new RepeatedWork(
            new BackoffPolicy(settings.LogRotationInterval, LongestPause), time, (failure, pause) => Log.RotationStopped(log, settings.NodeName, pause, failure));
        return work.RunAsync(RotateAllAsync, stop => Task.Delay(settings.LogRotationInterval, time, stop), cancel);
    }

    /// <summary>Looks at the log of every running container of the node once.</summary>
    public async Task RotateAllAsync(CancellationToken cancel)
    {
        var path = "";
        try
        {
            var labels = ImmutableDictionary<string, string>.Empty.Add(RuntimeLabels.Node, settings.NodeName);
            foreach (var container in await runtime.ListContainersAsync(new ContainerFilter { State = ContainerState.Running, Labels = labels }, cancel))
            {
                path = (await runtime.GetContainerStatusAsync(container.Id, cancel)).LogPath;
                if (path.Length > 0 && runtime.LogFiles.GetLength(path) > settings.LogMaxBytes)
                    await RotateAsync(container.Id, path, cancel);
            }
        }
        catch (Exception error) when (error is RuntimeException or IOException or UnauthorizedAccessException)
        {
            Log.RotationFailed(log, path.Length > 0 ? $"The log {path}" : "The containers' logs", error.Message);
        }
    }

    private async Task RotateAsync(string container, string path, CancellationToken cancel)
    {
        var rotated = Rotated(path);
        foreach (var old in rotated)
            if (!old.EndsWith(Compressed, StringComparison.Ordinal))
                Compress(old);
        // One place is for the current file, one for the one that is about to be rotated.
        rotated = Rotated(path);
        foreach (var oldest in rotated.Take(Math.Max(0, rotated.Length - (settings.LogMaxFiles - 2))))
            runtime.LogFiles.Delete(oldest);
        var aside = Aside(path, rotated);
        runtime.LogFiles.Move(path, aside);
        try
        {
            await runtime.ReopenContainerLogAsync(container, cancel);
        }
        catch (RuntimeException)
        {
            // The runtime goes on with the file it has: it must have its name again, or its lines are lost to readers.
            runtime.LogFiles.Move(aside, path);
            throw;
        }
    }

    // Names have to sort by age and differ, whatever the clock is set to.
    private string Aside(string path, ImmutableArray<string> rotated)
    {
        var at = time.GetUtcNow().UtcDateTime;
        if (rotated is [.., var newest] && newest[(path.Length + 1)..].Replace(Compressed, "", StringComparison.Ordinal) is var shown
            && DateTime.TryParseExact(shown, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var last) && at < last.AddSeconds(1))
            at = last.AddSeconds(1);
        return $"{path}.{at.ToString(TimeFormat, CultureInfo.InvariantCulture)}";
    }

    // Oldest first: names end in times.
    private ImmutableArray<string> Rotated(string path) =>
        [.. runtime.LogFiles.List(Path.GetDirectoryName(path)!).Where(f => f.StartsWith(path + ".", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private void Compress(string path)
    {
        using (var source = runtime.LogFiles.OpenRead(path))
        {
            if (source is null)
                return;
            // What an interrupted run left behind would be appended to.
            runtime.LogFiles.Delete(path + Compressed);
            using var target = runtime.LogFiles.OpenAppend(path + Compressed);
            using var gzip = new GZipStream(target, CompressionLevel.Fastest);
            source.CopyTo(gzip);
        }
        runtime.LogFiles.Delete(path);
    }
}
