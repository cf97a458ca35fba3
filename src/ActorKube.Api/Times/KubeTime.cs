using System.Globalization;

namespace ActorKube.Api.Times;

/// <summary>The two forms of time in objects: <c>metav1.Time</c> (seconds) and <c>metav1.MicroTime</c>, both written in UTC.</summary>
public static class KubeTime
{
    private const string Seconds = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const long LongestSpan = 9999L * 366 * 24 * 60 * 60;
    private const string Micros = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>RFC 3339 with whole seconds (fractions are cut off): <c>2026-01-02T03:04:05Z</c>.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(Seconds, CultureInfo.InvariantCulture);

    /// <summary>RFC 3339 with exactly six digits of fraction: <c>2026-01-02T03:04:05.678901Z</c>.</summary>
    public static string FormatMicro(DateTimeOffset time) => time.UtcDateTime.ToString(Micros, CultureInfo.InvariantCulture);

    /// <summary>So many seconds later, or earlier when they are negative. What lies beyond the calendar is its last or first instant: objects say any number of seconds.</summary>
    public static DateTimeOffset Later(DateTimeOffset time, long seconds) =>
        seconds > (DateTimeOffset.MaxValue - time).Ticks / TimeSpan.TicksPerSecond ? DateTimeOffset.MaxValue
        : seconds < (DateTimeOffset.MinValue - time).Ticks / TimeSpan.TicksPerSecond ? DateTimeOffset.MinValue
        : time.AddSeconds(seconds);

    /// <summary>So many seconds; of more than the calendar has, about as many as it has.</summary>
    public static TimeSpan Span(long seconds) => new(Math.Clamp(seconds, -LongestSpan, LongestSpan) * TimeSpan.TicksPerSecond);

    /// <summary>The instant that will be read back after <see cref="Format"/>.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);

    /// <summary>
    /// Reads RFC 3339 with any number of fractional digits (beyond 100 ns they are cut off) and any offset. Unlike the framework's parser,
    /// nothing else: a <c>T</c>, a zone and two digits everywhere are required.
    /// </summary>
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        if (text is null || text.Length < 20 || text[10] != 'T' || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':')
            return false;
        if (!Number(text, 0, 4, out var year) || !Number(text, 5, 2, out var month) || !Number(text, 8, 2, out var day)
            || !Number(text, 11, 2, out var hour) || !Number(text, 14, 2, out var minute) || !Number(text, 17, 2, out var second))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        if (!Fraction(text, out var ticks, out var zoneAt) || !Zone(text.AsSpan(zoneAt), out var offset))
            return false;
        var utc = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + ticks - offset.Ticks;
        if (utc < DateTime.MinValue.Ticks || utc > DateTime.MaxValue.Ticks)
            return false;
        time = new DateTimeOffset(utc, TimeSpan.Zero);
        return true;
    }

    private static bool Number(string text, int at, int length, out int value)
    {
        value = 0;
        foreach (var digit in text.AsSpan(at, length))
        {
            if (!char.IsAsciiDigit(digit))
                return false;
            value = value * 10 + digit - '0';
        }
        return true;
    }

    private static bool Fraction(string text, out long ticks, out int end)
    {
        ticks = 0;
        end = 19;
        if (text[end] != '.')
            return true;
        var unit = TimeSpan.TicksPerSecond;
        for (end++; end < text.Length && char.IsAsciiDigit(text[end]); end++)
        {
            unit /= 10;
            ticks += (text[end] - '0') * unit;
        }
        return end > 20;
    }

    private static bool Zone(ReadOnlySpan<char> zone, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (zone is "Z")
            return true;
        if (zone is not ['+' or '-', >= '0' and <= '9', >= '0' and <= '9', ':', >= '0' and <= '9', >= '0' and <= '9'])
            return false;
        var hours = (zone[1] - '0') * 10 + zone[2] - '0';
        var minutes = (zone[4] - '0') * 10 + zone[5] - '0';
        if (hours > 24 || minutes > 59)
            return false;
        offset = new TimeSpan(hours, minutes, 0);
        if (zone[0] == '-')
            offset = -offset;
        return true;
    }
}
