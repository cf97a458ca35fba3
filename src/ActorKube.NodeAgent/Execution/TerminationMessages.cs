using System.Text;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Server;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Volumes;

namespace ActorKube.NodeAgent.Execution;

/// <summary>A container's last words: its termination message file, or with <c>FallbackToLogsOnError</c> the end of its log.</summary>
internal sealed class TerminationMessages(IPodVolumes volumes, IContainerLogFiles logs, TimeProvider time)
{
    private const int MostLogBytes = 2048;
    private const int MostLogLines = 80;

    /// <summary>The message of a container that has ended; empty when it left none.</summary>
    public async ValueTask<string> ReadAsync(ContainerStatus status, CancellationToken cancel)
    {
        if (!status.Labels.TryGetValue(RuntimeLabels.PodUid, out var uid))
            return "";
        var message = volumes.TerminationMessage(uid, status.Metadata.Name, status.Metadata.Attempt);
        if (message.Length > 0)
            return message;
        var fallback = status.Annotations.GetValueOrDefault(RuntimeLabels.TerminationMessagePolicy) == "FallbackToLogsOnError";
        return fallback && status.ExitCode != 0 && status.LogPath.Length > 0 ? await LogTailAsync(status.LogPath, cancel) : "";
    }

    private async ValueTask<string> LogTailAsync(string path, CancellationToken cancel)
    {
        using var text = new MemoryStream();
        await new ContainerLogReader(logs, time).CopyAsync(path, text, new LogOptions { TailLines = MostLogLines }, cancel);
        var bytes = text.ToArray();
        return Encoding.UTF8.GetString(bytes.AsSpan(Math.Max(0, bytes.Length - MostLogBytes)));
    }
}
