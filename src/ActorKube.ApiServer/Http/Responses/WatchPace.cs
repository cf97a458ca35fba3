using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Http.Responses;

/// <summary>
/// Wakes a watch when a bookmark is due or its time is up. One timer a minute, not one a wait: thousands of watchers wake up for every event.
/// </summary>
internal sealed class WatchPace : IDisposable
{
    private readonly TimeProvider _time;
    private readonly bool _bookmarks;
    private readonly long _begin;
    private readonly TimeSpan _duration;
    private readonly CancellationToken _outer;
    private CancellationTokenSource _timer;
    private CancellationTokenSource _linked;

    public WatchPace(TimeProvider time, TimeSpan duration, bool bookmarks, CancellationToken outer)
    {
        _time = time;
        _bookmarks = bookmarks;
        (_begin, _duration) = (time.GetTimestamp(), duration);
        _outer = outer;
        (_timer, _linked) = Start();
    }

    /// <summary>Cancelled at the next bookmark, at the end, or with the request.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>True when the tick that has come was the last: the watch has lasted its time.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Arms the next tick.</summary>
    public void Restart()
    {
        Dispose();
        (_timer, _linked) = Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }

    private (CancellationTokenSource Timer, CancellationTokenSource Linked) Start()
    {
        var left = _duration - _time.GetElapsedTime(_begin);
        var wait = BookmarkSchedule.Pause(left, _bookmarks);
        IsOver = wait == left;
        var timer = new CancellationTokenSource(wait > TimeSpan.Zero ? wait : TimeSpan.FromTicks(1), _time);
        return (timer, CancellationTokenSource.CreateLinkedTokenSource(timer.Token, _outer));
    }
}
