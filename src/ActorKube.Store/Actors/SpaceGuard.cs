namespace ActorKube.Store.Actors;

/// <summary>
/// Looks now and then whether the journal's disk is running full. Creates and replaces are then refused; removals are still taken, because they are what
/// makes room.
/// </summary>
internal sealed class SpaceGuard
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ITimer? _timer;
    private readonly string? _directory;
    private readonly long _least;
    private bool _short;

    /// <param name="directory">Where the journal lies; null when it is not on a disk of ours.</param>
    /// <param name="least">Bytes that have to be free.</param>
    /// <param name="time">Timer.</param>
    public SpaceGuard(string? directory, long least, TimeProvider time)
    {
        _directory = directory;
        _least = least;
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
        try
        {
            Volatile.Write(ref _short, new DriveInfo(_directory!).AvailableFreeSpace < _least);
        }
        catch (IOException)
        {
            // Not knowing is no reason to refuse: a full disk still makes the journal fail safely.
            Volatile.Write(ref _short, false);
        }
    }
}
