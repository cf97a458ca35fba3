using System.Numerics;
using ActorKube.Api.Errors;
using ActorKube.Api.Quantities;
using CsCheck;

namespace ActorKube.Api.Tests.Quantities;

public class QuantityTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-5", "-5")]
    [InlineData("0.1", "100m")]
    [InlineData("0.5", "500m")]
    [InlineData("100m", "100m")]
    [InlineData("1000m", "1")]
    [InlineData("1100m", "1100m")]
    [InlineData("1.5", "1500m")]
    [InlineData("1k", "1k")]
    [InlineData("1000", "1k")]
    [InlineData("1024", "1024")]
    [InlineData("1e3", "1e3")]
    [InlineData("1e1", "10")]
    [InlineData("12e7", "120e6")]
    [InlineData("1e-3", "1e-3")]
    [InlineData("1Ki", "1Ki")]
    [InlineData("1024Ki", "1Mi")]
    [InlineData("1.5Gi", "1536Mi")]
    [InlineData("0.5Ki", "512")]
    [InlineData("0.1Ki", "102400m")]
    [InlineData("1000Ki", "1000Ki")]
    [InlineData("-1Gi", "-1Gi")]
    [InlineData("1n", "1n")]
    [InlineData("0.1n", "1n")]
    [InlineData("1.0000000001", "1000000001n")]
    [InlineData("-0.0000000001", "-1n")]
    [InlineData("100E", "100E")]
    [InlineData("9223372036854775808", "9223372036854775808")]
    [InlineData("16Ei", "9223372036854775807")]
    [InlineData("1000000000", "1G")]
    [InlineData("5000E", "5000E")]
    [InlineData("0.0", "0")]
    [InlineData("00", "0")]
    public void Quantities_print_canonically(string text, string canonical) => Assert.Equal(canonical, Quantity.Parse(text).ToString());

    [Theory]
    [InlineData("1.234")]
    [InlineData("+1")]
    [InlineData("1E3")]
    [InlineData("1001m")]
    [InlineData("1025Ki")]
    public void Some_texts_are_kept_as_upstream_keeps_them(string text) => Assert.Equal(text, Quantity.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("m")]
    [InlineData("1.1.M")]
    [InlineData("1+1.0M")]
    [InlineData("0.1mi")]
    [InlineData("1i")]
    [InlineData("1e")]
    [InlineData("-3.01e-")]
    [InlineData("1K")]
    [InlineData("0x10")]
    [InlineData("1e99999999999")]
    [InlineData("aoeu")]
    public void What_is_no_quantity_is_refused(string text)
    {
        Assert.False(Quantity.TryParse(text, out var quantity, out var error));
        Assert.True(quantity.IsZero);
        Assert.True(error!.StartsWith("quantities must match the regular expression", StringComparison.Ordinal) || error.StartsWith("unable to parse", StringComparison.Ordinal));
        Assert.Equal(400, Assert.Throws<ApiException>(() => Quantity.Parse(text)).Status.Code);
    }

    [Theory]
    [InlineData("1500m", 2, 1500)]
    [InlineData("-1500m", -2, -1500)]
    [InlineData("1u", 1, 1)]
    [InlineData("2Gi", 2147483648, 2147483648000)]
    [InlineData("100E", long.MaxValue, long.MaxValue)]
    [InlineData("-100E", long.MinValue, long.MinValue)]
    [InlineData("1e40", long.MaxValue, long.MaxValue)]
    [InlineData("1e2000000000", long.MaxValue, long.MaxValue)]
    [InlineData("1e-2000000000", 1, 1)]
    public void Values_are_rounded_up_and_saturate(string text, long value, long milli)
    {
        Assert.Equal(value, Quantity.Parse(text).Value);
        Assert.Equal(milli, Quantity.Parse(text).MilliValue);
    }

    [Theory]
    [InlineData("1", "500m", "1500m", "500m")]
    [InlineData("1Gi", "1Mi", "1025Mi", "1023Mi")]
    [InlineData("0", "1Ki", "1Ki", "-1Ki")]
    [InlineData("1e3", "1", "1001", "999")]
    [InlineData("1k", "1Ki", "2024", "-24")]
    public void Sums_take_the_format_of_the_first_unless_it_is_zero(string left, string right, string sum, string difference)
    {
        Assert.Equal(sum, (Quantity.Parse(left) + Quantity.Parse(right)).ToString());
        Assert.Equal(difference, (Quantity.Parse(left) - Quantity.Parse(right)).ToString());
    }

    [Fact]
    public void Sums_beyond_all_bounds_saturate()
    {
        var huge = Quantity.Parse("1e40");
        Assert.Equal(huge, huge + huge);
        Assert.True(-huge - huge < -Quantity.Parse("1e29"));
    }

    [Fact]
    public void Factories_agree_with_parsing()
    {
        Assert.Equal("1500m", Quantity.FromMillis(1500).ToString());
        Assert.Equal("4Ki", Quantity.FromUnits(4096, QuantityFormat.BinarySI).ToString());
        Assert.Equal(Quantity.Parse("1"), Quantity.FromMillis(1000));
        Assert.Equal(Quantity.Parse("1").GetHashCode(), Quantity.FromMillis(1000).GetHashCode());
        Assert.Equal("0", default(Quantity).ToString());
    }

    private static readonly Gen<string> Text = Gen.Select(
        Gen.OneOf("", "-", "+"), Gen.Int[0, 2_000_000], Gen.OneOf(Gen.Const(""), Gen.Int[0, 99999].Select(f => $".{f}")),
        Gen.OneOf("", "n", "u", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "e3", "e-5", "E2")).Select((sign, whole, fraction, suffix) => $"{sign}{whole}{fraction}{suffix}");

    [Fact]
    public void What_is_printed_reads_as_the_same_amount() => Text.Sample(text =>
    {
        var quantity = Quantity.Parse(text);
        var sum = quantity + Quantity.Zero;
        return Quantity.Parse(quantity.ToString()) == quantity && Quantity.Parse(sum.ToString()).ToString() == sum.ToString();
    }, iter: 5000);

    [Fact]
    public void Arithmetic_is_that_of_exact_numbers() => Gen.Select(Text, Text).Sample((a, b) =>
    {
        Quantity x = Quantity.Parse(a), y = Quantity.Parse(b);
        BigInteger i = (BigInteger)x.Nanos, j = (BigInteger)y.Nanos;
        return (BigInteger)(x + y).Nanos == i + j && (BigInteger)(x - y).Nanos == i - j && Math.Sign(x.CompareTo(y)) == i.CompareTo(j) && (x + y) - y == x;
    }, iter: 5000);

    [Fact]
    public void Any_text_is_read_or_refused_and_nothing_else() =>
        Gen.String[Gen.Char["0123456789.+-eEinumkKMGTP x"], 0, 12].Sample(text => Quantity.TryParse(text, out var q, out var error) ? Quantity.Parse(q.ToString()) == q : error is not null, iter: 20_000);
}
