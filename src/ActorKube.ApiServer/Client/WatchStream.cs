using System.Runtime.CompilerServices;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Client;

/// <summary>Reads an open watch for as long as it may last, with a bookmark whenever nothing has happened for a while.</summary>
internal sealed class WatchStream(WatchResponse response, TimeProvider time)
{
    /// <summary>The events, until the watch ends, its time is up or the reader leaves.</summary>
    public async IAsyncEnumerable<WatchEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var watch = response.Watch;
        var started = time.GetTimestamp();
        while (true)
        {
            while (watch.TryRead(out var change))
                yield return new WatchEvent(Type(change.Type), change.Object, change.Revision.ToString());
            var left = response.Duration - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                yield break;
            var pause = BookmarkSchedule.Pause(left, response.Bookmarks);
            switch (await WaitAsync(watch, pause, cancel))
            {
                case false:
                case null when pause == left:
                    yield break;
                case null when response.Bookmarks:
                    yield return new WatchEvent(WatchEventType.Bookmark, null, watch.SafeRevision.ToString());
                    break;
                default:
                    break;
            }
        }
    }

    // Null when the pause was over first.
    private async ValueTask<bool?> WaitAsync(IResourceWatch watch, TimeSpan pause, CancellationToken cancel)
    {
        using var over = new CancellationTokenSource(pause, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, over.Token);
        try
        {
            return await watch.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private static WatchEventType Type(ChangeType type) => type switch
    {
        ChangeType.Added => WatchEventType.Added,
        ChangeType.Modified => WatchEventType.Modified,
        ChangeType.Deleted => WatchEventType.Deleted,
        _ => throw new InvalidOperationException($"Unknown change type {type}."),
    };
}
