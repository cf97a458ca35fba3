using ActorKube.Api.Cron;

namespace ActorKube.Controllers.Workloads.CronJobs;

/// <summary>The last time that a schedule should have been acted on and was not.</summary>
/// <param name="Due">That time; null when nothing was missed.</param>
/// <param name="Many">More than a hundred were missed: clocks or settings may be wrong.</param>
internal readonly record struct MissedTimes(DateTimeOffset? Due, bool Many)
{
    private const int ManyTimes = 100;

    /// <summary>Looks for the newest time after <paramref name="since"/> that is not in the future. Of the older ones only a rough number is taken, so that years of absence cost nothing.</summary>
    /// <exception cref="FormatException">The schedule never comes.</exception>
    public static MissedTimes Since(DateTimeOffset since, DateTimeOffset now, CronSchedule schedule, TimeZoneInfo zone)
    {
        var first = schedule.Next(since, zone);
        var second = first is null ? null : schedule.Next(first.Value, zone);
        if (first is not null && now < first)
            return default;
        if (first is null || second is null)
            throw new FormatException("time difference between two schedules is less than 1 second");
        if (now < second)
            return new MissedTimes(first, false);
        var period = second.Value - first.Value;
        var missed = (now - first.Value).Ticks / period.Ticks + 1;
        var due = first.Value;
        // The distance between two times may vary (workdays, months), so the estimate starts well before the end.
        for (var next = schedule.Next(first.Value + (missed - 2) * period, zone) is { } near && near <= now ? near : schedule.Next(first.Value, zone); next <= now; next = schedule.Next(next.Value, zone))
            due = next.Value;
        return new MissedTimes(due, missed > ManyTimes);
    }
}
