using ActorKube.Controllers.Autoscaling;

namespace ActorKube.Controllers.Tests;

public sealed class AutoscalerStatusTests
{
    [Theory]
    [InlineData(3, 3)]
    [InlineData(0, null)]
    public void It_says_which_spec_it_is_about(long generation, int? observed) =>
        Assert.Equal(observed, (int?)new AutoscalerStatus([], generation, default).Changed()!["observedGeneration"]?.GetValue<long>());
}
