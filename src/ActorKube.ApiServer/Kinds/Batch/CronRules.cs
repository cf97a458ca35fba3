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

    /// <summary>Whether the name is one of the IANA database; the local zone of some server is none.</summary>
    public static bool IsTimeZone(string name) =>
        name.Length > 0 && !name.Equals("local", StringComparison.OrdinalIgnoreCase) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _);
}
