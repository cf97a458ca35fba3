namespace ActorKube.NodeAgent.Pods;

/// <summary>
/// One exponential back-off with upstream's rules: the first retry is free and sets the delay to 10 s, every further one doubles it up to 5 minutes, and
/// it is forgotten when nothing failed for twice the longest delay. All times are those that only pass.
/// </summary>
/// <param name="Delay">Current delay; zero before the first retry.</param>
/// <param name="Updated">When the delay was last set.</param>
internal readonly record struct Backoff(TimeSpan Delay, TimeSpan Updated)
{
    /// <summary>First delay.</summary>
    public static readonly TimeSpan Initial = TimeSpan.FromSeconds(10);

    /// <summary>Longest delay.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Whether a retry has to wait.</summary>
    /// <param name="since">From when the delay counts: the failure.</param>
    /// <param name="now">The current time.</param>
    public bool Holds(TimeSpan since, TimeSpan now) => Delay > TimeSpan.Zero && !IsForgotten(since) && now - since < Delay;

    /// <summary>The back-off after a retry at <paramref name="now"/> of what failed at <paramref name="failed"/>.</summary>
    public Backoff Next(TimeSpan failed, TimeSpan now)
    {
        var delay = Delay == TimeSpan.Zero || IsForgotten(failed) ? Initial : Delay + Delay;
        return new Backoff(delay < Longest ? delay : Longest, now);
    }

    private bool IsForgotten(TimeSpan failed) => failed - Updated > Longest + Longest;
}
