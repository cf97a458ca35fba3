using System.Numerics;
using ActorKube.Api.Quantities;

namespace ActorKube.ApiServer.Admission.Limits;

/// <summary>How much larger than a request a limit is, exactly: products of amounts do not fit into 128 bits.</summary>
internal static class LimitRatio
{
    private const int Decimals = 1_000_000;

    /// <summary>Whether the limit is more than so many times the request.</summary>
    public static bool Exceeds(Quantity limit, Quantity request, Quantity ratio) =>
        BigInteger.Abs(limit.Nanos) * Quantity.FromUnits(1).Nanos > BigInteger.Abs(request.Nanos) * (BigInteger)ratio.Nanos;

    /// <summary>The ratio with six decimals, halves rounded to even, as upstream shows it.</summary>
    public static string Text(Quantity limit, Quantity request)
    {
        var divisor = BigInteger.Abs(request.Nanos);
        var (whole, rest) = BigInteger.DivRem(BigInteger.Abs(limit.Nanos) * Decimals, divisor);
        var twice = (rest * 2).CompareTo(divisor);
        if (twice > 0 || (twice == 0 && !whole.IsEven))
            whole++;
        return $"{whole / Decimals}.{(int)(whole % Decimals):D6}";
    }
}
