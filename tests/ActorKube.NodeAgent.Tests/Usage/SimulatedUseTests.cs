using ActorKube.NodeAgent.Runtimes.Simulated;

namespace ActorKube.NodeAgent.Tests.Usage;

public sealed class SimulatedUseTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("250m", 0, 250)]
    [InlineData("100m, 900m@30s, 50m@2m", 29, 100)]
    [InlineData("100m, 900m@30s, 50m@2m", 30, 900)]
    [InlineData("100m, 900m@30s, 50m@2m", 500, 50)]
    [InlineData("1@10s", 5, 0)]
    public void The_amount_at_a_time_is_that_of_the_last_step_before_it(string script, int seconds, int millis) =>
        Assert.Equal((Int128)millis * 1_000_000, ScriptedUse.Parse(script).Nanos(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void What_was_used_is_the_sum_over_all_steps_in_between() =>
        Assert.Equal((Int128)(5 * 0.1e9) + (Int128)(10 * 0.9e9), ScriptedUse.Parse("100m, 900m@30s, 50m@40s").Between(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(40)));

    [Theory]
    [InlineData("fast", "'fast' is no amount such as 250m or 64Mi")]
    [InlineData("-1", "'-1' is no amount such as 250m or 64Mi")]
    [InlineData("1, 2", "the times have to ascend")]
    [InlineData("1@10s, 2@5s", "the times have to ascend")]
    public void What_is_no_script_is_an_error(string script, string message) => Assert.Equal(message, Assert.Throws<FormatException>(() => ScriptedUse.Parse(script)).Message);

    [Fact]
    public void A_changed_script_begins_when_it_is_seen_and_takes_nothing_back()
    {
        var first = SimulationScript.Default with { Cpu = ScriptedUse.Parse("1") };
        var changed = first with { Cpu = ScriptedUse.Parse("3, 0@10s") };
        var use = new SimulatedUse(first, Start);
        Assert.Equal(5_000_000_000ul, use.Read(Start.AddSeconds(5), first).CpuNanoseconds);
        Assert.Equal(10_000_000_000ul, use.Read(Start.AddSeconds(10), changed).CpuNanoseconds);
        Assert.Equal(40_000_000_000ul, use.Read(Start.AddSeconds(30), changed).CpuNanoseconds);
    }
}
