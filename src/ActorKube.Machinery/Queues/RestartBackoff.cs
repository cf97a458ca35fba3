namespace ActorKube.Machinery.Queues;

/// <summary>
/// The waits of something that is begun anew whenever it fails: longer with every failure in a row, and short again once it has run for the longest of them. For one thread at a time.
/// </summary>
/// <param name="policy">The waits.</param>
/// <param name="time">The clock.</param>
public sealed class RestartBackoff(BackoffPolicy policy, TimeProvider time)
{
    private long _begun = time.GetTimestamp();
    private long _failed;
    private TimeSpan _wait;

    /// <summary>How often it has failed in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>What is left of the wait after the last failure; zero when it may begin.</summary>
    public TimeSpan Remaining => _wait - time.GetElapsedTime(_failed) is { Ticks: > 0 } remaining ? remaining : TimeSpan.Zero;

    /// <summary>It begins.</summary>
    public void Begun() => _begun = time.GetTimestamp();

    /// <summary>It has failed.</summary>
    /// <returns>How long to wait before it begins anew.</returns>
    public TimeSpan Failed()
    {
        Failures = time.GetElapsedTime(_begun) < policy.Longest ? Failures + 1 : 1;
        _failed = time.GetTimestamp();
        return _wait = policy.Delay(Failures);
    }
}
