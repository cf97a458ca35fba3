using ActorKube.Machinery.Queues;

namespace ActorKube.NodeAgent.Node;

/// <summary>Where a time in which something cannot be written stands.</summary>
internal enum OutageStage
{
    /// <summary>The first refusal.</summary>
    Begins,

    /// <summary>It still lasts.</summary>
    Lasts,

    /// <summary>All that waited has been written.</summary>
    Over,
}

/// <summary>What to tell of an outage.</summary>
/// <param name="Stage">Where it stands.</param>
/// <param name="Waiting">What waits, each with how long it has; at the end, what waited last.</param>
/// <param name="Why">The newest cause.</param>
/// <param name="Lasted">How long it has lasted.</param>
/// <param name="Refusals">How many writes have failed.</param>
internal sealed record OutageNews(OutageStage Stage, string Waiting, string Why, TimeSpan Lasted, int Refusals);

/// <summary>
/// Counts what cannot be written for now. Writes are tried again every second, and an outage of hours is still one piece of news: the first refusal is told, then a summary after waits that grow, and once that it is over.
/// For one thread at a time.
/// </summary>
/// <param name="time">The clock; only time that passes matters.</param>
internal sealed class Outage(TimeProvider time)
{
    /// <summary>Waits between one summary and the next.</summary>
    public static readonly BackoffPolicy Summaries = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30));

    private readonly SortedDictionary<string, long> _waiting = new(StringComparer.Ordinal);
    private long _began;
    private long _told;
    private int _summaries;
    private int _refusals;
    private string _why = "";

    /// <summary>A write failed that is tried again.</summary>
    /// <param name="what">What waits now.</param>
    /// <param name="why">The cause.</param>
    /// <returns>What to tell; null for nothing.</returns>
    public OutageNews? Failed(string what, string why)
    {
        var begins = _waiting.Count == 0;
        if (begins)
            (_began, _summaries, _refusals) = (time.GetTimestamp(), 0, 0);
        _waiting.TryAdd(what, time.GetTimestamp());
        _refusals++;
        _why = why;
        if (!begins && time.GetElapsedTime(_told) < Summaries.Delay(_summaries))
            return null;
        _told = time.GetTimestamp();
        _summaries++;
        return News(begins ? OutageStage.Begins : OutageStage.Lasts);
    }

    /// <summary>A write worked.</summary>
    /// <param name="what">What waits no longer.</param>
    /// <returns>What to tell; null for nothing.</returns>
    public OutageNews? Worked(string what)
    {
        if (_waiting.Count == 0)
            return null;
        var news = News(OutageStage.Over);
        _waiting.Remove(what);
        return _waiting.Count == 0 ? news : null;
    }

    private OutageNews News(OutageStage stage) =>
        new(stage, string.Join(", ", _waiting.Select(w => $"{w.Key} ({Seconds(time.GetElapsedTime(w.Value))})")), _why, Seconds(time.GetElapsedTime(_began)), _refusals);

    private static TimeSpan Seconds(TimeSpan time) => TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));
}
