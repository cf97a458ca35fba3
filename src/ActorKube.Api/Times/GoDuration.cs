using System.Buffers;
using System.Globalization;
using System.Text;

namespace ActorKube.Api.Times;

/// <summary>Durations as <c>metav1.Duration</c> writes them: <c>1h2m3s</c>, <c>1.5s</c>, <c>100ms</c>, <c>0s</c>.</summary>
public static class GoDuration
{
    private const long NanosPerTick = 100;
    private static readonly SearchValues<char> Decimals = SearchValues.Create("0123456789.");

    /// <summary>Prints a duration in upstream's form.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
            return "0s";
        var text = new StringBuilder();
        if (duration < TimeSpan.Zero)
            text.Append('-');
        var ticks = duration.Ticks == long.MinValue ? (ulong)long.MaxValue + 1 : (ulong)Math.Abs(duration.Ticks);
        if (ticks < TimeSpan.TicksPerSecond)
            return Small(text, ticks).ToString();
        var hours = ticks / TimeSpan.TicksPerHour;
        var minutes = ticks % TimeSpan.TicksPerHour / TimeSpan.TicksPerMinute;
        if (hours > 0)
            text.Append(hours).Append('h');
        if (hours > 0 || minutes > 0)
            text.Append(minutes).Append('m');
        return Decimal(text, ticks % TimeSpan.TicksPerMinute, TimeSpan.TicksPerSecond).Append('s').ToString();
    }

    /// <summary>Reads what <see cref="Format"/> prints and everything else upstream takes: a sequence of numbers with units.</summary>
    /// <returns>False for malformed text and for what a 64-bit count of nanoseconds cannot hold (about 292 years).</returns>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (string.IsNullOrEmpty(text))
            return false;
        var rest = text.AsSpan();
        var negative = rest[0] == '-';
        if (rest[0] is '-' or '+')
            rest = rest[1..];
        if (rest is "0")
            return true;
        if (rest.IsEmpty)
            return false;
        var nanos = 0m;
        while (!rest.IsEmpty)
        {
            if (!Term(ref rest, out var term))
                return false;
            nanos += term;
            if (nanos > long.MaxValue)
                return false;
        }
        var ticks = (long)nanos / NanosPerTick;
        duration = new TimeSpan(negative ? -ticks : ticks);
        return true;
    }

    private static bool Term(ref ReadOnlySpan<char> rest, out decimal nanos)
    {
        nanos = 0;
        var number = rest.IndexOfAnyExcept(Decimals);
        if (number <= 0)
            return false;
        // Nineteen digits before the point hold every duration, and after it nothing below a nanosecond counts.
        if (number > 40 || !decimal.TryParse(rest[..number], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return false;
        rest = rest[number..];
        var length = rest.IndexOfAny(Decimals);
        var unit = length < 0 ? rest : rest[..length];
        decimal worth = unit switch
        {
            "ns" => 1,
            "us" or "µs" or "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => 0,
        };
        if (worth == 0 || value > long.MaxValue / worth)
            return false;
        rest = rest[unit.Length..];
        nanos = decimal.Truncate(value * worth);
        return true;
    }

    private static StringBuilder Small(StringBuilder text, ulong ticks) => ticks switch
    {
        < TimeSpan.TicksPerMicrosecond => text.Append(ticks * NanosPerTick).Append("ns"),
        < TimeSpan.TicksPerMillisecond => Decimal(text, ticks, TimeSpan.TicksPerMicrosecond).Append("µs"),
        _ => Decimal(text, ticks, TimeSpan.TicksPerMillisecond).Append("ms"),
    };

    private static StringBuilder Decimal(StringBuilder text, ulong ticks, long unit)
    {
        var whole = (decimal)ticks / unit;
        return text.Append(whole.ToString("0.#######", CultureInfo.InvariantCulture));
    }
}
