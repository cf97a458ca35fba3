using System.Collections.Immutable;
using ActorKube.Api.Quantities;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>
/// An amount that changes over time, written <c>100m, 900m@30s, 50m@2m</c>: 100m from the beginning, 900m from half a minute later on, 50m from two minutes on.
/// </summary>
/// <param name="Steps">From when on which amount, in billionths, the earliest first.</param>
internal sealed record ScriptedUse(ImmutableArray<(TimeSpan From, Int128 Nanos)> Steps)
{
    /// <summary>Nothing at all.</summary>
    public static readonly ScriptedUse None = new([]);

    private const int BillionthsOfOne = 1_000_000_000;

    /// <summary>Reads a script.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ScriptedUse Parse(string text)
    {
        var steps = text.Split(',', StringSplitOptions.TrimEntries).Select(Step).ToImmutableArray();
        for (var i = 1; i < steps.Length; i++)
            if (steps[i].From <= steps[i - 1].From)
                throw new FormatException("the times have to ascend");
        return new ScriptedUse(steps);
    }

    /// <summary>The amount at a time after the beginning, in units.</summary>
    public long At(TimeSpan elapsed) => (long)(Nanos(elapsed) / BillionthsOfOne);

    /// <summary>The amount at a time after the beginning, in billionths.</summary>
    public Int128 Nanos(TimeSpan elapsed) => Steps.LastOrDefault(s => s.From <= elapsed).Nanos;

    /// <summary>The sum over time from one time after the beginning to another: unit-seconds, in billionths. For CPU these are nanoseconds of CPU time.</summary>
    public Int128 Between(TimeSpan start, TimeSpan end)
    {
        Int128 sum = 0;
        for (var i = 0; i < Steps.Length; i++)
        {
            var from = Steps[i].From > start ? Steps[i].From : start;
            var to = i + 1 < Steps.Length && Steps[i + 1].From < end ? Steps[i + 1].From : end;
            if (to > from)
                sum += Steps[i].Nanos * (to - from).Ticks;
        }
        return sum / TimeSpan.TicksPerSecond;
    }

    private static (TimeSpan From, Int128 Nanos) Step(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var amount = at < 0 ? text : text[..at];
        if (!Quantity.TryParse(amount, out var quantity) || quantity.Sign < 0)
            throw new FormatException($"'{amount}' is no amount such as 250m or 64Mi");
        return (at < 0 ? TimeSpan.Zero : GoDuration.Parse(text[(at + 1)..]), quantity.Nanos);
    }
}
