using System.Runtime.CompilerServices;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Client;

/// <summary>Reads an open watch for as long as it may last, with a bookmark whenever nothing has happened for a while.</summary>
internal sealed class WatchStream(WatchResponse response, TimeProvider time) : IDisposable
{
    private Alarm? _alarm;

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

    // Null when the pause was over first. Nearly all waits end with an event, so an alarm stays set for those that follow, and is set anew when it goes off before its time.
    private async ValueTask<bool?> WaitAsync(IResourceWatch watch, TimeSpan pause, CancellationToken cancel)
    {
        var until = time.GetElapsedTime(0) + pause;
        while (true)
        {
            var now = time.GetElapsedTime(0);
            if (now >= until)
                return null;
            if (_alarm is null || _alarm.Due > until)
            {
                _alarm?.Dispose();
                _alarm = new Alarm(until, new CancellationTokenSource(until - now, time), cancel);
            }
            try
            {
                return await watch.WaitAsync(_alarm.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                _alarm.Dispose();
                _alarm = null;
            }
        }
    }

    private static WatchEventType Type(ChangeType type) => type switch
    {
        ChangeType.Added => WatchEventType.Added,
        ChangeType.Modified => WatchEventType.Modified,
        ChangeType.Deleted => WatchEventType.Deleted,
        _ => throw new InvalidOperationException($"Unknown change type {type}."),
    };

    /// <inheritdoc/>
    public void Dispose() => _alarm?.Dispose();

    private sealed class Alarm(TimeSpan due, CancellationTokenSource over, CancellationToken cancel) : IDisposable
    {
        private readonly CancellationTokenSource _either = CancellationTokenSource.CreateLinkedTokenSource(cancel, over.Token);

        public TimeSpan Due => due;

        public CancellationToken Token => _either.Token;

        public void Dispose()
        {
            _either.Dispose();
            over.Dispose();
        }
    }
}
