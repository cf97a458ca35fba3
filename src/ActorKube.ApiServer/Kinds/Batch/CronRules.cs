using System.Globalization;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>The form of cron schedules: five fields, or a word for a usual one.</summary>
internal static class CronRules
{
    private static readonly (int Low, int High, string[] Names)[] Fields =
    [
        (0, 59, []),
        (0, 23, []),
        (1, 31, []),
        (1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        (0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    /// <summary>What is wrong with a schedule; null for a good one.</summary>
    public static string? Fault(string schedule)
    {
        if (schedule.Contains("TZ", StringComparison.Ordinal))
            return "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        if (schedule.StartsWith('@'))
            return schedule is "@yearly" or "@annually" or "@monthly" or "@weekly" or "@daily" or "@midnight" or "@hourly" || schedule.StartsWith("@every ", StringComparison.Ordinal)
                ? null
                : $"unrecognized descriptor: {schedule}";
        var fields = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != Fields.Length)
            return $"expected exactly {Fields.Length} fields, found {fields.Length}: [{string.Join(' ', fields)}]";
        for (var i = 0; i < fields.Length; i++)
            foreach (var part in fields[i].Split(','))
                if (RangeFault(part, Fields[i].Low, Fields[i].High, Fields[i].Names) is { } fault)
                    return fault;
        return null;
    }

    /// <summary>Whether the name is one of the IANA database; the local zone of some server is none.</summary>
    public static bool IsTimeZone(string name) =>
        name.Length > 0 && !name.Equals("local", StringComparison.OrdinalIgnoreCase) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _);

    private static string? RangeFault(string text, int low, int high, string[] names)
    {
        var steps = text.Split('/');
        if (steps.Length > 2)
            return $"too many slashes: {text}";
        if (steps.Length == 2 && (!int.TryParse(steps[1], NumberStyles.None, CultureInfo.InvariantCulture, out var step) || step == 0))
            return $"step of range should be a positive number: {text}";
        if (steps[0] is "*" or "?")
            return null;
        var ends = steps[0].Split('-');
        if (ends.Length > 2)
            return $"too many hyphens: {text}";
        if (!TryValue(ends[0], low, names, out var from) || !TryValue(ends[^1], low, names, out var to))
            return $"failed to parse int from {text}";
        if (from < low)
            return $"beginning of range ({from}) below minimum ({low}): {text}";
        if (to > high)
            return $"end of range ({to}) above maximum ({high}): {text}";
        return from > to ? $"beginning of range ({from}) beyond end of range ({to}): {text}" : null;
    }

    private static bool TryValue(string text, int first, string[] names, out int value)
    {
        value = Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) + first;
        return value >= first || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
