using System.Globalization;

namespace ActorKube.Api.Quantities;

/// <summary>
/// Prints quantities canonically: no fraction, the largest suffix that leaves an integer, exponents in multiples of three. Binary amounts
/// below 1024 or with a fraction print as decimal ones.
/// </summary>
internal static class QuantityText
{
    private const int LargestExponent = 18;

    public static string Canonical(Quantity quantity)
    {
        if (quantity.IsZero)
            return "0";
        return quantity.Format == QuantityFormat.BinarySI && IsBinary(quantity.Nanos) ? Binary(quantity.Nanos / Quantity.NanosPerUnit) : Decimal(quantity);
    }

    private static bool IsBinary(Int128 nanos) =>
        nanos % Quantity.NanosPerUnit == 0 && Int128.Abs(nanos / Quantity.NanosPerUnit) >= 1024;

    private static string Binary(Int128 units)
    {
        var power = 0;
        while (power < Suffixes.Binary.Length - 1 && units % 1024 == 0)
        {
            units /= 1024;
            power++;
        }
        return units.ToString(CultureInfo.InvariantCulture) + Suffixes.Binary[power];
    }

    private static string Decimal(Quantity quantity)
    {
        var mantissa = quantity.Nanos;
        var exponent = -9;
        // Upstream finds no suffix beyond "E" and prints a wrong number there; this stops at it.
        var limit = quantity.Format == QuantityFormat.DecimalExponent ? int.MaxValue : LargestExponent;
        while (exponent < limit && mantissa % 1000 == 0)
        {
            mantissa /= 1000;
            exponent += 3;
        }
        var digits = mantissa.ToString(CultureInfo.InvariantCulture);
        return quantity.Format == QuantityFormat.DecimalExponent
            ? exponent == 0 ? digits : $"{digits}e{exponent}"
            : digits + Suffixes.Decimal[(exponent + 9) / 3];
    }
}
