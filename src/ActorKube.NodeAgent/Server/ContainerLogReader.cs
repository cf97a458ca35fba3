using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Server;

/// <summary>Who writes a log that is followed.</summary>
internal interface ILogWriter
{
    /// <summary>Completes when the writer may have changed its state. Asked for before <see cref="IsWritingAsync"/>, so that no change is missed.</summary>
    Task WhenChanged();

    /// <summary>Whether it may still write.</summary>
    ValueTask<bool> IsWritingAsync(CancellationToken cancel);
}

/// <summary>
/// Reads a container's log file, and follows it over rotations: when the file under the path is another one than the one open, the rest of the old one has
/// been read by then, and the new one is read from its start.
/// </summary>
internal sealed class ContainerLogReader(IContainerLogFiles files, TimeProvider time)
{
    private const int ChunkSize = 32 * 1024;
    private static readonly TimeSpan FirstLinePoll = TimeSpan.FromSeconds(1);

    /// <summary>Copies the log to <paramref name="output"/>.</summary>
    /// <param name="path">The log file.</param>
    /// <param name="output">Receives the text.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="cancel">Ends a follow.</param>
    /// <param name="from">Who writes: a follow ends when nobody does any more. Null when there is nobody.</param>
    public async Task CopyAsync(string path, Stream output, LogOptions options, CancellationToken cancel, ILogWriter? from = null)
    {
        using var writer = new LogLineWriter(options);
        var log = files.OpenRead(path);
        try
        {
            if (log is not null && options.TailLines is { } lines)
                log.Position = await LogTail.FindAsync(log, lines, cancel);
            var buffer = new LineBuffer(ChunkSize);
            while (true)
            {
                var changed = options.Follow && from is not null ? from.WhenChanged() : null;
                // Asked before the file is drained: what was printed before the end is in it then.
                var ended = changed is null || !await from!.IsWritingAsync(cancel);
                if (log is not null)
                    await DrainAsync(log, buffer, writer, output, cancel);
                if (ended || writer.IsFull)
                    break;
                log = await NextAsync(path, log, buffer, changed!, cancel);
            }
            buffer.Rest(writer.Add);
            await writer.FlushAsync(output, cancel);
        }
        finally
        {
            if (log is not null)
                await log.DisposeAsync();
        }
    }

    private static async ValueTask DrainAsync(Stream log, LineBuffer buffer, LogLineWriter writer, Stream output, CancellationToken cancel)
    {
        while (!writer.IsFull && await buffer.FillAsync(log, cancel))
        {
            buffer.Lines(writer.Add);
            await writer.FlushAsync(output, cancel);
        }
    }

    private async ValueTask<Stream?> NextAsync(string path, Stream? log, LineBuffer buffer, Task changed, CancellationToken cancel)
    {
        var position = log?.Position ?? 0;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(changed, log is null ? Task.Delay(FirstLinePoll, time, enough.Token) : files.WaitForChangeAsync(path, position, enough.Token));
        await enough.CancelAsync();
        cancel.ThrowIfCancellationRequested();
        if (log is null)
            return files.OpenRead(path);
        // The open file has nothing more although the path shows another length: the file was replaced.
        if (log.Length != position || files.GetLength(path) is not { } length || length == position)
            return log;
        if (files.OpenRead(path) is not { } next)
            return log;
        await log.DisposeAsync();
        buffer.Clear();
        return next;
    }
}
