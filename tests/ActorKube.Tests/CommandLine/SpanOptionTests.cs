using ActorKube.CommandLine;

namespace ActorKube.Tests.CommandLine;

public sealed class SpanOptionTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("15m", 900)]
    [InlineData("1h30m", 5400)]
    [InlineData("2d", 172_800)]
    [InlineData("0s", 0)]
    public void Times_are_read_as_kubectl_reads_them(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), SpanOption.TryRead(text));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("h")]
    [InlineData("1x")]
    [InlineData("-1h")]
    [InlineData("1h 30m")]
    [InlineData("99999999999s")]
    [InlineData("2147483647d")]
    [InlineData("3652000d3652000d")]
    public void Anything_else_is_no_time(string text) => Assert.Null(SpanOption.TryRead(text));
}
