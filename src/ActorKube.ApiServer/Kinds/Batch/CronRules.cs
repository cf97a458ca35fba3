using ActorKube.Api.Cron;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>What is asked of the schedules of cron jobs.</summary>
internal static class CronRules
{
    /// <summary>What is wrong with a schedule; null for a good one.</summary>
    public static string? Fault(string schedule)
    {
        if (schedule.Contains("TZ", StringComparison.Ordinal))
            return "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
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
        // .NET finds zones whatever their case; upstream does not.
        _ when TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.Id == name => null,
        _ => $"unknown time zone {name}",
    };
}
