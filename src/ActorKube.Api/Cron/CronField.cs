namespace ActorKube.Api.Cron;

/// <summary>One field of a schedule: its bounds, and its parsing into the set of values it matches.</summary>
internal sealed class CronField(int low, int high, params string[] names)
{
    /// <summary>The bit that says that the field was written with a star: then the day has to match in both fields, not in one.</summary>
    public const ulong Star = 1UL << 63;

    /// <summary>The values that a text matches, one bit each.</summary>
    /// <exception cref="FormatException">The text is no field; the message says why, in the words of upstream's parser.</exception>
    public ulong Parse(string text)
    {
        var bits = 0UL;
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
            bits |= Range(part);
        return bits;
    }

    private ulong Range(string text)
    {
        var steps = text.Split('/');
        var ends = steps[0].Split('-');
        var (from, to, star) = (low, high, Star);
        if (ends[0] is not ("*" or "?"))
        {
            star = 0;
            from = to = Value(ends[0]);
            if (ends.Length == 2)
                to = Value(ends[1]);
            else if (ends.Length > 2)
                throw new FormatException($"too many hyphens: {text}");
        }
        var step = 1;
        if (steps.Length == 2)
        {
            step = Number(steps[1]);
            // A single value with a step runs to the end.
            if (ends.Length == 1)
                to = high;
            if (step > 1)
                star = 0;
        }
        else if (steps.Length > 2)
        {
            throw new FormatException($"too many slashes: {text}");
        }
        if (from < low)
            throw new FormatException($"beginning of range ({from}) below minimum ({low}): {text}");
        if (to > high)
            throw new FormatException($"end of range ({to}) above maximum ({high}): {text}");
        if (from > to)
            throw new FormatException($"beginning of range ({from}) beyond end of range ({to}): {text}");
        if (step == 0)
            throw new FormatException($"step of range should be a positive number: {text}");
        var bits = star;
        for (long value = from; value <= to; value += step)
            bits |= 1UL << (int)value;
        return bits;
    }

    private int Value(string text)
    {
        var name = Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        return name >= 0 ? name + low : Number(text);
    }

    private static int Number(string text)
    {
        if (!int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number))
            throw new FormatException($"failed to parse int from {text}: strconv.Atoi: parsing \"{text}\": invalid syntax");
        return number >= 0 ? number : throw new FormatException($"negative number ({number}) not allowed: {text}");
    }
}
