using System.Globalization;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>1.5s</c>, <c>250ms</c>, <c>0</c>.</summary>
internal static class GoDuration
{
    public static TimeSpan Parse(string text)
    {
        if (text == "0")
            return TimeSpan.Zero;
        var rest = text.AsSpan();
        var ticks = 0m;
        if (rest.IsEmpty)
            throw new FormatException("a duration is missing");
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9') is var i && i >= 0 && rest[i] == '.'
                ? i + 1 + NumberLength(rest[(i + 1)..])
                : NumberLength(rest);
            var unit = rest[digits..].IndexOfAnyInRange('0', '9') is var u && u >= 0 ? rest.Slice(digits, u) : rest[digits..];
            if (digits == 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                throw new FormatException("a duration is numbers with units, as 1m30s");
            ticks += number * TicksOf(unit);
            rest = rest[(digits + unit.Length)..];
        }
        return TimeSpan.FromTicks(decimal.ToInt64(ticks));
    }

    private static int NumberLength(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') is var i && i >= 0 ? i : text.Length;

    private static decimal TicksOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 0.01m,
        "us" or "µs" => TimeSpan.TicksPerMicrosecond,
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        _ => throw new FormatException($"\"{unit}\" is no unit of time; units are ns, us, ms, s, m, h"),
    };
}
