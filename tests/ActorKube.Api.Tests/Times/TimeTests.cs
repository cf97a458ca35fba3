using ActorKube.Api.Times;
using CsCheck;

namespace ActorKube.Api.Tests.Times;

public class TimeTests
{
    [Theory]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z")]
    [InlineData("2026-01-02T03:04:05.6789019Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678901Z")]
    [InlineData("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z", "2026-01-02T01:04:05.000000Z")]
    [InlineData("2024-02-29T23:59:59.5-01:30", "2024-03-01T01:29:59Z", "2024-03-01T01:29:59.500000Z")]
    [InlineData("2026-01-02T03:04:05.123456789123Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123456Z")]
    public void Times_are_read_and_written_in_utc(string text, string seconds, string micros)
    {
        Assert.True(KubeTime.TryParse(text, out var time));
        Assert.Equal(seconds, KubeTime.Format(time));
        Assert.Equal(micros, KubeTime.FormatMicro(time));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2026-01-02")]
    [InlineData("2026-01-02 03:04:05Z")]
    [InlineData("2026-01-02T03:04:05")]
    [InlineData("2026-13-02T03:04:05Z")]
    [InlineData("2026-02-30T03:04:05Z")]
    [InlineData("2026-01-02T24:04:05Z")]
    [InlineData("2026-01-02T03:04:05.Z")]
    [InlineData("2026-01-02T03:04:05+2:00")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("2026-01-02T03:04:0xZ")]
    public void Everything_else_is_no_time(string? text) => Assert.False(KubeTime.TryParse(text, out _));

    [Theory]
    [InlineData(90, "2026-01-02T03:05:35Z")]
    [InlineData(-5, "2026-01-02T03:04:00Z")]
    [InlineData(1_000_000_000_000, "9999-12-31T23:59:59Z")]
    [InlineData(long.MaxValue, "9999-12-31T23:59:59Z")]
    [InlineData(long.MinValue, "0001-01-01T00:00:00Z")]
    public void Seconds_lead_no_further_than_the_calendar(long seconds, string then) =>
        Assert.Equal(then, KubeTime.Format(KubeTime.Later(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), seconds)));

    [Fact]
    public void What_is_written_is_read_back() => Gen.DateTimeOffset.Sample(time =>
        KubeTime.TryParse(KubeTime.Format(time), out var read) && read == KubeTime.Truncate(time)
        && KubeTime.TryParse(KubeTime.FormatMicro(time), out var micro) && Math.Abs((micro - time).Ticks) < TimeSpan.TicksPerMicrosecond, iter: 2000);

    [Theory]
    [InlineData("0", "0s")]
    [InlineData("1h2m3s", "1h2m3s")]
    [InlineData("1.5s", "1.5s")]
    [InlineData("90m", "1h30m0s")]
    [InlineData("100ms", "100ms")]
    [InlineData("1500us", "1.5ms")]
    [InlineData("2µs", "2µs")]
    [InlineData("300ns", "300ns")]
    [InlineData("-1m30.25s", "-1m30.25s")]
    [InlineData("+5s", "5s")]
    [InlineData(".5h", "30m0s")]
    [InlineData("3s2h", "2h0m3s")]
    public void Durations_are_read_and_written_as_go_does(string text, string canonical)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(canonical, GoDuration.Format(duration));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1")]
    [InlineData("s")]
    [InlineData("1d")]
    [InlineData("1.2.3s")]
    [InlineData(" 1s")]
    [InlineData("1s ")]
    [InlineData("9999999h")]
    [InlineData(".s")]
    public void Everything_else_is_no_duration(string? text) => Assert.False(GoDuration.TryParse(text, out _));

    [Fact]
    public void What_is_written_as_a_duration_is_read_back() => Gen.Long[-90_000_000_000_000_000, 90_000_000_000_000_000].Sample(ticks =>
        GoDuration.TryParse(GoDuration.Format(new TimeSpan(ticks)), out var read) && read.Ticks == ticks, iter: 5000);

    [Fact]
    public void Any_text_is_a_duration_or_not_and_nothing_is_thrown() =>
        Gen.String[Gen.Char["0123456789.+-hmsunµ "], 0, 10].Sample(text =>
            !KubeTime.TryParse(text, out _) && (!GoDuration.TryParse(text, out var duration) || GoDuration.TryParse(GoDuration.Format(duration), out _)), iter: 10_000);
}
