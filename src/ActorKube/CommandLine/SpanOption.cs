using System.CommandLine;
using System.Globalization;

namespace ActorKube.CommandLine;

/// <summary>Times as Kubernetes writes them on the command line: <c>90s</c>, <c>1h30m</c>, <c>2d</c>.</summary>
internal static class SpanOption
{
    private static readonly TimeSpan Longest = DateTime.MaxValue - DateTime.MinValue;

    /// <summary>An option whose value is such a time.</summary>
    public static Option<TimeSpan?> Make(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (TryRead(text) is { } span)
                return span;
            result.AddError($"{name} has to be a time such as 90s, 15m, 1h30m or 2d, not '{text}'.");
            return null;
        },
    };

    /// <summary>Reads a time; null when it is none, or longer than the calendar.</summary>
    public static TimeSpan? TryRead(string text)
    {
        var total = 0m;
        var rest = text.AsSpan();
        if (rest.IsEmpty)
            return null;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || UnitOf(rest[digits]) is not { } unit)
                return null;
            total += number * (decimal)unit.Ticks;
            rest = rest[(digits + 1)..];
        }
        return total <= Longest.Ticks ? new TimeSpan((long)total) : null;
    }

    private static TimeSpan? UnitOf(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
