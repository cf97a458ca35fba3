using ActorKube.Api.Times;

namespace ActorKube.Api.Cron;

/// <summary>
/// When something is to happen again and again, in cron's notation as upstream reads it: minute, hour, day of month, month, day of week; names of months and days; lists, ranges and steps;
/// <c>@hourly</c> and the like; <c>@every 1h30m</c>. If neither day field was written with a star, a day that matches one of them is enough.
/// </summary>
public sealed class CronSchedule
{
    // A schedule that matches nothing for so long never does (30 February).
    private const int YearsAhead = 5;

    private static readonly CronField[] Fields =
    [
        new(0, 59),
        new(0, 23),
        new(1, 31),
        new(1, 12, "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        new(0, 6, "sun", "mon", "tue", "wed", "thu", "fri", "sat"),
    ];

    private readonly ulong _minutes, _hours, _days, _months, _weekdays;
    private readonly TimeSpan _every;
    private TimeZoneInfo? _zone;

    private CronSchedule(TimeSpan every) => _every = every;

    private CronSchedule(string[] fields)
    {
        (_minutes, _hours, _days) = (Fields[0].Parse(fields[0]), Fields[1].Parse(fields[1]), Fields[2].Parse(fields[2]));
        (_months, _weekdays) = (Fields[3].Parse(fields[3]), Fields[4].Parse(fields[4]));
    }

    /// <summary>Reads a schedule; <c>TZ=ZONE</c> or <c>CRON_TZ=ZONE</c> may stand before it, as in objects that are older than the field for the zone.</summary>
    /// <exception cref="FormatException">It is none; the message says why, in the words of upstream's parser.</exception>
    public static CronSchedule Parse(string text)
    {
        if (text.Length == 0)
            throw new FormatException("empty spec string");
        if (text.StartsWith("TZ=", StringComparison.Ordinal) || text.StartsWith("CRON_TZ=", StringComparison.Ordinal))
            return InZone(text);
        return InZoneOfCaller(text);
    }

    private static CronSchedule InZoneOfCaller(string text)
    {
        if (text.StartsWith('@'))
            return Word(text);
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != Fields.Length)
            throw new FormatException($"expected exactly {Fields.Length} fields, found {fields.Length}: [{string.Join(' ', fields)}]");
        return new CronSchedule(fields);
    }

    /// <summary>
    /// The next time after a moment; null when there is none within five years. The clock of the zone decides, or that of a zone in the schedule itself: a time that it leaves out in spring does not happen, one that it
    /// shows twice in autumn happens twice.
    /// </summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        zone = _zone ?? zone;
        // The calendar ends, and so do all schedules.
        if (after.Year + YearsAhead > DateTimeOffset.MaxValue.Year - 1)
            return null;
        if (_every > TimeSpan.Zero)
            return after.AddTicks(-(after.Ticks % TimeSpan.TicksPerSecond)) + _every;
        var time = after.AddTicks(-(after.UtcTicks % TimeSpan.TicksPerMinute)).AddMinutes(1);
        for (var end = after.AddYears(YearsAhead); time <= end;)
        {
            var local = TimeZoneInfo.ConvertTime(time, zone);
            if (!Has(_months, local.Month))
                time += ToOtherMonth(local);
            else if (!IsDay(local) || !Has(_hours, local.Hour))
                time = time.AddMinutes(60 - local.Minute);
            else if (!Has(_minutes, local.Minute))
                time = time.AddMinutes(1);
            else
                return local;
        }
        return null;
    }

    private static CronSchedule InZone(string text)
    {
        var end = text.IndexOf(' ', StringComparison.Ordinal);
        if (end < 0)
            throw new FormatException("empty spec string");
        var name = text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..end];
        var zone = name.Length == 0 ? TimeZoneInfo.Utc : TimeZones.Find(name) ?? throw new FormatException($"provided bad location {name}: unknown time zone {name}");
        var schedule = InZoneOfCaller(text[end..].Trim());
        schedule._zone = zone;
        return schedule;
    }

    private static CronSchedule Word(string text)
    {
        const string every = "@every ";
        if (text.StartsWith(every, StringComparison.Ordinal))
            return GoDuration.TryParse(text[every.Length..], out var span)
                ? new CronSchedule(span < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(Math.Floor(span.TotalSeconds)))
                : throw new FormatException($"failed to parse duration {text}: time: invalid duration \"{text[every.Length..]}\"");
        return InZoneOfCaller(text switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            _ => throw new FormatException($"unrecognized descriptor: {text}"),
        });
    }

    // Whole days as long as that is safe whatever the clock does, then hours.
    private static TimeSpan ToOtherMonth(DateTimeOffset local)
    {
        var left = DateTime.DaysInMonth(local.Year, local.Month) - local.Day - 1;
        return left > 0 ? TimeSpan.FromDays(left) : TimeSpan.FromMinutes(60 - local.Minute);
    }

    private bool IsDay(DateTimeOffset local)
    {
        var (day, weekday) = (Has(_days, local.Day), Has(_weekdays, (int)local.DayOfWeek));
        return ((_days | _weekdays) & CronField.Star) != 0 ? day && weekday : day || weekday;
    }

    private static bool Has(ulong bits, int value) => (bits >> value & 1) != 0;
}
