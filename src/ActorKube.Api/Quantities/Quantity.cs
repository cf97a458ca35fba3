using System.Numerics;
using ActorKube.Api.Errors;

namespace ActorKube.Api.Quantities;

/// <summary>
/// An amount of a resource (upstream: <c>resource.Quantity</c>): a fixed-point number of nano units with the format it is printed in.
/// Arithmetic is exact. What is finer than a nano unit is rounded away from zero when read; beyond 1.7·10²⁹ units (where upstream
/// switches to numbers of any size) values saturate.
/// </summary>
public readonly struct Quantity : IEquatable<Quantity>, IComparable<Quantity>, IAdditionOperators<Quantity, Quantity, Quantity>
{
    internal const long NanosPerUnit = 1_000_000_000;
    private const long NanosPerMilli = 1_000_000;
    private readonly string? _text;

    internal Quantity(Int128 nanos, QuantityFormat format, string? text = null)
    {
        Nanos = nanos;
        Format = format;
        _text = text;
    }

    /// <summary>Nothing.</summary>
    public static Quantity Zero => default;

    /// <summary>The amount in billionths of a unit.</summary>
    public Int128 Nanos { get; }

    /// <summary>How the amount is printed.</summary>
    public QuantityFormat Format { get; }

    /// <summary>True for 0.</summary>
    public bool IsZero => Nanos == 0;

    /// <summary>-1, 0 or 1.</summary>
    public int Sign => Int128.Sign(Nanos);

    /// <summary>The amount in whole units, rounded away from zero; saturates at 64 bits.</summary>
    public long Value => Scaled(NanosPerUnit);

    /// <summary>The amount in thousandths, rounded away from zero; saturates at 64 bits.</summary>
    public long MilliValue => Scaled(NanosPerMilli);

    /// <summary>A number of whole units.</summary>
    public static Quantity FromUnits(long units, QuantityFormat format = QuantityFormat.DecimalSI) => new((Int128)units * NanosPerUnit, format);

    /// <summary>A number of thousandths.</summary>
    public static Quantity FromMillis(long millis, QuantityFormat format = QuantityFormat.DecimalSI) => new((Int128)millis * NanosPerMilli, format);

    /// <summary>Reads a quantity.</summary>
    /// <param name="text">For example <c>0.5</c>, <c>100m</c>, <c>1Ki</c>, <c>1e3</c>.</param>
    /// <param name="quantity">The amount; zero when it could not be read.</param>
    /// <param name="error">Upstream's sentence about what is wrong.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out Quantity quantity, out string? error) => QuantityParser.TryParse(text, out quantity, out error);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out Quantity, out string?)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out Quantity quantity) => QuantityParser.TryParse(text, out quantity, out _);

    /// <summary>Reads a quantity.</summary>
    /// <exception cref="ApiException">400 with upstream's sentence when the text is no quantity.</exception>
    public static Quantity Parse(string text) => TryParse(text, out var quantity, out var error) ? quantity : throw ApiErrors.BadRequest(error!);

    /// <summary>The sum, in the format of the first operand unless that is zero.</summary>
    public static Quantity operator +(Quantity left, Quantity right) => new(Saturate(left.Nanos, right.Nanos), left.IsZero ? right.Format : left.Format);

    /// <summary>The difference, in the format of the first operand unless that is zero.</summary>
    public static Quantity operator -(Quantity left, Quantity right) => left + -right;

    /// <summary>The amount with the other sign.</summary>
    public static Quantity operator -(Quantity quantity) => new(quantity.Nanos == Int128.MinValue ? Int128.MaxValue : -quantity.Nanos, quantity.Format);

    /// <summary>Compares amounts; formats do not matter.</summary>
    public static bool operator <(Quantity left, Quantity right) => left.Nanos < right.Nanos;

    /// <summary>Compares amounts; formats do not matter.</summary>
    public static bool operator >(Quantity left, Quantity right) => left.Nanos > right.Nanos;

    /// <summary>Compares amounts; formats do not matter.</summary>
    public static bool operator <=(Quantity left, Quantity right) => left.Nanos <= right.Nanos;

    /// <summary>Compares amounts; formats do not matter.</summary>
    public static bool operator >=(Quantity left, Quantity right) => left.Nanos >= right.Nanos;

    /// <summary>Compares amounts; formats do not matter.</summary>
    public static bool operator ==(Quantity left, Quantity right) => left.Nanos == right.Nanos;

    /// <summary>Compares amounts; formats do not matter.</summary>
    public static bool operator !=(Quantity left, Quantity right) => left.Nanos != right.Nanos;

    /// <inheritdoc/>
    public int CompareTo(Quantity other) => Nanos.CompareTo(other.Nanos);

    /// <inheritdoc/>
    public bool Equals(Quantity other) => Nanos == other.Nanos;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Nanos.GetHashCode();

    /// <summary>The form in which upstream would store it: canonical, but for texts that upstream keeps as they came (<c>1.234</c>).</summary>
    public override string ToString() => _text ?? QuantityText.Canonical(this);

    private static Int128 Saturate(Int128 left, Int128 right)
    {
        var sum = unchecked(left + right);
        var overflow = Int128.IsNegative(left) == Int128.IsNegative(right) && Int128.IsNegative(sum) != Int128.IsNegative(left);
        return !overflow ? sum : Int128.IsNegative(left) ? Int128.MinValue : Int128.MaxValue;
    }

    private long Scaled(long unit)
    {
        var (whole, rest) = Int128.DivRem(Nanos, unit);
        whole += Int128.Sign(rest);
        return whole > long.MaxValue ? long.MaxValue : whole < long.MinValue ? long.MinValue : (long)whole;
    }
}
