namespace ActorKube.NodeAgent.Node;

/// <summary>
/// When the nodes of a process do what each does every few seconds: all whose turn comes within the same second do it in one moment. Writes that come together share a transaction of the journal, and
/// whoever follows them is woken once for all.
/// </summary>
internal static class CommonTicks
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(2);

    /// <summary>How long it is until something is due again that was done now.</summary>
    /// <param name="time">The clock. Its monotonic time counts: nodes of different machines do not meet, and a clock that is set changes nothing.</param>
    /// <param name="interval">How often it is done; below two seconds it is kept as it is, else it may become up to a second less.</param>
    public static TimeSpan Until(TimeProvider time, TimeSpan interval) => interval < LeastInterval
        ? interval
        : interval - time.GetElapsedTime(0, time.GetTimestamp() % time.TimestampFrequency);
}
