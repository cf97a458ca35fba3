using ActorKube.Hosting;

namespace ActorKube.Tests.Hosting;

public sealed class ComponentProbesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a=x", "a: x")]
    [InlineData("a=x b=y c=x", "a, c: x; b: y")]
    [InlineData("a=1 b=2 c=3 d=4 e=5 f=1", "a, f: 1; b: 2; c: 3; and 2 problems more")]
    public void Controllers_that_do_not_work_are_told_by_their_reasons(string ailing, string expected) =>
        Assert.Equal(expected, ComponentProbes.Summary(ailing.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static a => (a.Split('=')[0], a.Split('=')[1]))));

    [Fact]
    public async Task While_they_are_started_they_are_unhealthy() =>
        Assert.All(await Task.WhenAll(ComponentProbes.Of(static () => null).Select(static p => p.CheckAsync(default))), static h => Assert.False(h.IsHealthy));
}
