using System.Globalization;

namespace ActorKube.Api.Quantities;

/// <summary>The suffixes of quantities.</summary>
internal static class Suffixes
{
    /// <summary>For 10⁻⁹, 10⁻⁶, … 10¹⁸.</summary>
    public static readonly string[] Decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

    /// <summary>For 1024⁰, 1024¹, … 1024⁶.</summary>
    public static readonly string[] Binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    /// <summary>Takes a suffix apart: the format, and the power of ten or (in the binary format) of two.</summary>
    public static bool TryInterpret(ReadOnlySpan<char> suffix, out QuantityFormat format, out int exponent)
    {
        format = QuantityFormat.DecimalSI;
        exponent = 0;
        for (var i = 0; i < Decimal.Length; i++)
            if (suffix.SequenceEqual(Decimal[i]))
            {
                exponent = 3 * i - 9;
                return true;
            }
        for (var i = 1; i < Binary.Length; i++)
            if (suffix.SequenceEqual(Binary[i]))
            {
                format = QuantityFormat.BinarySI;
                exponent = 10 * i;
                return true;
            }
        format = QuantityFormat.DecimalExponent;
        return suffix.Length > 1 && suffix[0] is 'e' or 'E' && int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent);
    }
}
