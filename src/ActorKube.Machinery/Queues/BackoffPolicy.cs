namespace ActorKube.Machinery.Queues;

/// <summary>Waits that double with every failure.</summary>
/// <param name="First">Wait after the first failure.</param>
/// <param name="Longest">No wait is longer.</param>
public sealed record BackoffPolicy(TimeSpan First, TimeSpan Longest)
{
    /// <summary>Upstream's default for controllers: 5 ms doubling to 1,000 s.</summary>
    public static readonly BackoffPolicy Controllers = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1000));

    /// <summary>The wait after a number of failures in a row, counted from 1.</summary>
    public TimeSpan Delay(int failures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var ticks = First.Ticks * Math.Pow(2, failures - 1);
        return ticks >= Longest.Ticks ? Longest : TimeSpan.FromTicks((long)ticks);
    }
}
