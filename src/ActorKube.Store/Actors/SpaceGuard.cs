using ActorKube.Store.Journal;
using Akka.Event;

namespace ActorKube.Store.Actors;

/// <summary>
/// Looks now and then whether the journal's disk is running full. Writes are then refused, but for those that end objects, because they are what makes room (ADR 0197).
/// </summary>
internal sealed class SpaceGuard
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ITimer? _timer;
    private readonly string? _directory;
    private readonly long _least;
    private readonly ILoggingAdapter _log;
    private bool _short;

    /// <param name="directory">Where the journal lies; null when it is not on a disk of ours.</param>
    /// <param name="least">Bytes that have to be free.</param>
    /// <param name="time">Timer.</param>
    /// <param name="log">Is told when space becomes short, and when it is there again.</param>
    public SpaceGuard(string? directory, long least, TimeProvider time, ILoggingAdapter log)
    {
        _directory = directory;
        _least = least;
        _log = log;
        if (directory is null)
            return;
        Look();
        _timer = time.CreateTimer(static state => ((SpaceGuard)state!).Look(), this, Interval, Interval);
    }

    /// <summary>True while there is too little space.</summary>
    public bool IsShort => Volatile.Read(ref _short);

    public void Stop() => _timer?.Dispose();

    private void Look()
    {
        var free = DiskSpace.Free(_directory!);
        // Not knowing is no reason to refuse: a full disk still makes the journal fail safely.
        var isShort = free < _least;
        if (isShort == IsShort)
            return;
        Volatile.Write(ref _short, isShort);
        if (isShort)
            _log.Warning("The disk of {0} has {1} MiB free, less than the {2} MiB of actorkube.store.min-free-space: until there is room again, only deletions are taken; make room on that disk, or lower that setting", _directory, free >> 20, _least >> 20);
        else
            _log.Info("The disk of {0} has room again: all writes are taken", _directory);
    }
}
