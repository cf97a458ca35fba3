using System.Numerics;

namespace ActorKube.Api.Quantities;

/// <summary>Reads quantities: <c>[sign] digits [. digits] [suffix]</c>.</summary>
internal static class QuantityParser
{
    private const string WrongForm = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    private const string WrongNumber = "unable to parse numeric part of quantity";
    private const string WrongSuffix = "unable to parse quantity's suffix";

    private const string Digits = "0123456789";

    // What has more digits is beyond every amount or below every fraction that is kept.
    private const int MaxDigits = 1000;

    // 39 digits hold the largest amount; shifting further only reaches the bounds.
    private const int MaxShift = 60;

    public static bool TryParse(ReadOnlySpan<char> text, out Quantity quantity, out string? error)
    {
        quantity = default;
        error = WrongForm;
        if (text.IsEmpty)
            return false;
        var rest = text;
        var negative = rest[0] == '-';
        if (rest[0] is '-' or '+')
            rest = rest[1..];
        var whole = rest[..Run(rest, Digits)];
        rest = rest[whole.Length..];
        var fraction = default(ReadOnlySpan<char>);
        if (!rest.IsEmpty && rest[0] == '.')
        {
            fraction = rest[1..(1 + Run(rest[1..], Digits))];
            rest = rest[(1 + fraction.Length)..];
        }
        if ((whole.IsEmpty && fraction.IsEmpty) || !HasSuffixForm(rest))
            return false;
        error = WrongSuffix;
        if (!Suffixes.TryInterpret(rest, out var format, out var exponent))
            return false;
        error = WrongNumber;
        if (whole.Length + fraction.Length > MaxDigits)
            return false;
        error = null;
        var nanos = Nanos(whole, fraction, format, exponent);
        if (format == QuantityFormat.BinarySI)
        {
            nanos = Int128.Min(nanos, (Int128)long.MaxValue * Quantity.NanosPerUnit);
            if (nanos > 0 && nanos < Quantity.NanosPerUnit)
                format = QuantityFormat.DecimalSI;
        }
        var kept = KeepsText(whole.TrimStart('0'), fraction, format, exponent) ? text.ToString() : null;
        quantity = new Quantity(negative ? -nanos : nanos, format, kept);
        return true;
    }

    /// <summary>The amount without its sign, rounded up.</summary>
    private static Int128 Nanos(ReadOnlySpan<char> whole, ReadOnlySpan<char> fraction, QuantityFormat format, int exponent)
    {
        var mantissa = BigInteger.Zero;
        foreach (var digit in whole)
            mantissa = mantissa * 10 + (digit - '0');
        foreach (var digit in fraction)
            mantissa = mantissa * 10 + (digit - '0');
        if (mantissa.IsZero)
            return 0;
        long tens = 9L - fraction.Length;
        if (format == QuantityFormat.BinarySI)
            mantissa <<= exponent;
        else
            tens += exponent;
        if (tens > MaxShift)
            return Int128.MaxValue;
        if (tens >= 0)
            return Clamp(mantissa * BigInteger.Pow(10, (int)tens));
        // However small, it is something.
        if (tens < -(MaxDigits + MaxShift))
            return 1;
        var (quotient, remainder) = BigInteger.DivRem(mantissa, BigInteger.Pow(10, (int)-tens));
        return Clamp(remainder.IsZero ? quotient : quotient + 1);
    }

    private static Int128 Clamp(BigInteger value) => value > (BigInteger)Int128.MaxValue ? Int128.MaxValue : (Int128)value;

    /// <summary>
    /// Upstream's fast path keeps the text it has read when it takes it for canonical, which also keeps some that are not (<c>1.234</c>,
    /// <c>+1</c>, <c>1E3</c>). Clients see the text, so the rule is matched exactly.
    /// </summary>
    /// <param name="whole">Digits before the point, without leading zeros.</param>
    /// <param name="fraction">Digits after the point.</param>
    /// <param name="format">Format of the suffix.</param>
    /// <param name="exponent">Power of ten or two of the suffix.</param>
    private static bool KeepsText(ReadOnlySpan<char> whole, ReadOnlySpan<char> fraction, QuantityFormat format, int exponent)
    {
        // Upstream counts the absent digits before the point as one zero.
        var digits = Math.Max(1, whole.Length) + fraction.Length;
        if (format == QuantityFormat.BinarySI)
        {
            if (!fraction.IsEmpty || 15 - digits - (int)(exponent * 3f / 10) - 1 < 0 || whole.IsEmpty)
                return false;
            return ((whole[^1] - '0') + 2 * (whole.Length > 1 ? whole[^2] - '0' : 0) + 4 * (whole.Length > 2 ? whole[^3] - '0' : 0)) % 8 != 0;
        }
        var scale = exponent - fraction.Length;
        if (whole.IsEmpty || digits > 18 || scale < -9 || scale % 3 != 0)
            return false;
        Span<char> last = stackalloc char[3];
        last.Fill('x');
        for (var i = 0; i < Math.Min(3, digits); i++)
            last[i] = i < fraction.Length ? fraction[^(i + 1)] : whole[^(i - fraction.Length + 1)];
        return last is not "000";
    }

    private static bool HasSuffixForm(ReadOnlySpan<char> suffix)
    {
        suffix = suffix[Run(suffix, "eEinumkKMGTP")..];
        if (suffix is ['-' or '+', ..])
            suffix = suffix[1..];
        return Run(suffix, Digits) == suffix.Length;
    }

    /// <summary>How many of the first characters are of the given ones.</summary>
    private static int Run(ReadOnlySpan<char> text, string characters)
    {
        var length = text.IndexOfAnyExcept(characters);
        return length < 0 ? text.Length : length;
    }
}
