namespace ActorKube.Machinery.Recording;

/// <summary>
/// Names Event objects as upstream's recorders do, <c>{object}.{nanoseconds since 1970 in hexadecimal}</c>: clients that sort by seconds then still show what happened within one in its order.
/// </summary>
/// <param name="source">Who records. Clocks count in 100 ns, so two digits are free: each recorder has its own, lest two of them choose one name where time stands still.</param>
public sealed class EventNames(EventSource source)
{
    private const int NanosecondsPerTick = 100;
    private const int LongestAbout = 253 - 17;

    private readonly long _own = Digits(source.Component + source.Host);
    private long _lastTick;

    /// <summary>The name of a new Event object; no two answers are the same.</summary>
    /// <param name="about">Name of the object that the event is about; one that leaves no room in the 253 characters of a name is cut.</param>
    /// <param name="at">When it happened.</param>
    public string Next(string about, DateTimeOffset at)
    {
        _lastTick = Math.Max(_lastTick + 1, at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks);
        return $"{(about.Length > LongestAbout ? about[..LongestAbout].TrimEnd('-', '.') : about)}.{_lastTick * NanosecondsPerTick + _own:x}";
    }

    // The same in each run, unlike a string's hash code: simulations repeat themselves to the letter.
    private static long Digits(string text) => text.Aggregate(0, static (sum, letter) => (sum * 31 + letter) % NanosecondsPerTick);
}
