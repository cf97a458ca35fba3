using ActorKube.Api.Names;
using ActorKube.Protocol.Tests.Serialization;
using ActorKube.Protocol.Usage;
using CsCheck;

namespace ActorKube.Protocol.Tests.Usage;

public sealed class UsageReportTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 15, 123, TimeSpan.Zero);

    private static UsageReport Report { get; } = new(At, TimeSpan.FromSeconds(15), new UsedAmounts(1_500_000_000, 1L << 32),
    [
        new PodUsage(new ObjectKey("default", "web"), "u1", At, TimeSpan.FromSeconds(14), [new ContainerUsage("app", new UsedAmounts(250_000_000, 1 << 26)), new ContainerUsage("side", new UsedAmounts(0, 0))]),
        new PodUsage(new ObjectKey("default", "empty"), "u2", At, TimeSpan.FromSeconds(15), []),
    ]);

    [Fact]
    public void A_report_comes_back_as_it_was()
    {
        var back = UsageReport.Decode(Report.Encode());
        Assert.Equal((Report.At, Report.Window, Report.Usage, 2), (back.At, back.Window, back.Usage, back.Pods.Length));
        Assert.Equal(Report.Pods[0] with { Containers = [] }, back.Pods[0] with { Containers = [] });
        Assert.Equal(Report.Pods[0].Containers, back.Pods[0].Containers);
    }

    [Fact]
    public void The_bytes_are_those_that_were_approved() => Approved.Check("Usage/usage-report.approved.txt", Convert.ToHexStringLower(Report.Encode().Span) + "\n");

    [Fact]
    public void Damaged_bytes_are_an_error_and_nothing_else() => Gen.Byte.Array[0, 120].Sample(bytes =>
    {
        try
        {
            _ = UsageReport.Decode(bytes);
        }
        catch (FormatException)
        {
            // What is expected of noise.
        }
    });

    [Fact]
    public void A_report_cut_short_is_an_error()
    {
        var whole = Report.Encode();
        for (var length = 0; length < whole.Length; length++)
            Assert.Throws<FormatException>(() => UsageReport.Decode(whole[..length]));
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(long.MaxValue, 0, 0)]
    [InlineData(0, -1, 0)]
    [InlineData(0, 0, -1)]
    public void Figures_that_nobody_could_calculate_with_are_an_error(long windowTicks, long nanoCores, long memoryBytes)
    {
        var (window, usage) = (TimeSpan.FromTicks(windowTicks), new UsedAmounts(nanoCores, memoryBytes));
        Assert.Throws<FormatException>(() => UsageReport.Decode((Report with { Window = window, Usage = usage }).Encode()));
        var pod = Report.Pods[0] with { Window = window, Containers = [new ContainerUsage("app", usage)] };
        Assert.Throws<FormatException>(() => UsageReport.Decode((Report with { Pods = [pod] }).Encode()));
    }
}
