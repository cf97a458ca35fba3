using ActorKube.NodeAgent.Node;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.NodeAgent.Tests.Node;

public sealed class CommonTicksTests
{
    [Theory]
    [InlineData(0, 10_000, 10_000)]
    [InlineData(1, 10_000, 9_999)]
    [InlineData(999, 10_000, 9_001)]
    [InlineData(5_400, 10_000, 9_600)]
    [InlineData(400, 2_000, 1_600)]
    [InlineData(400, 1_999, 1_999)]
    [InlineData(400, 500, 500)]
    public void What_is_due_within_a_second_is_due_at_once(int passed, int interval, int expected)
    {
        var time = new FakeTimeProvider();
        time.Advance(TimeSpan.FromMilliseconds(passed));
        Assert.Equal(TimeSpan.FromMilliseconds(expected), CommonTicks.Until(time, TimeSpan.FromMilliseconds(interval)));
    }

    [Fact]
    public void Nodes_that_begin_one_after_the_other_meet_and_stay_together()
    {
        var time = new FakeTimeProvider();
        var dues = new HashSet<DateTimeOffset>();
        for (var node = 0; node < 100; node++)
        {
            dues.Add(time.GetUtcNow() + CommonTicks.Until(time, TimeSpan.FromSeconds(10)));
            time.Advance(TimeSpan.FromMilliseconds(10));
        }
        Assert.InRange(dues.Count, 1, 2);
    }
}
