using ActorKube.Api.Cron;
using ActorKube.Api.Times;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>What is asked of the schedules of cron jobs.</summary>
internal static class CronRules
{
    /// <summary>What is wrong with a schedule.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="before">What it was before the change; null for a new one. A zone in it is only tolerated where there was one before.</param>
    /// <param name="hasZone">Whether there is a field that names the zone.</param>
    public static IEnumerable<string> Faults(string schedule, string? before, bool hasZone)
    {
        if (Unreadable(schedule) is { } fault)
            yield return fault;
        if (!NamesZone(schedule))
            yield break;
        if (before is null || !NamesZone(before))
            yield return "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        else if (hasZone)
            yield return "cannot use both timeZone field and TZ or CRON_TZ in schedule";
    }

    private static bool NamesZone(string schedule) => schedule.Contains("TZ", StringComparison.Ordinal);

    private static string? Unreadable(string schedule)
    {
        try
        {
            CronSchedule.Parse(schedule);
            return null;
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>What is wrong with the name of a time zone; null for one of the IANA database as it is written there.</summary>
    public static string? ZoneFault(string name) => name switch
    {
        "" => "timeZone must be nil or non-empty string",
        // The local zone of some server is none.
        _ when name.Equals("Local", StringComparison.OrdinalIgnoreCase) => "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones",
        _ when TimeZones.Find(name) is not null => null,
        _ => $"unknown time zone {name}",
    };
}
