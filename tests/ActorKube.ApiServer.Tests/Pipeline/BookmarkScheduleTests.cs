using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Tests.Pipeline;

public sealed class BookmarkScheduleTests
{
    [Theory]
    [InlineData(600, true, 60)]
    [InlineData(61, true, 59)]
    [InlineData(10, true, 8)]
    [InlineData(2.3, true, 2.3)]
    [InlineData(2, true, 2)]
    [InlineData(1, true, 1)]
    [InlineData(600, false, 600)]
    public void Bookmarks_come_every_minute_and_shortly_before_the_end(double left, bool bookmarks, double pause) =>
        Assert.Equal(TimeSpan.FromSeconds(pause), BookmarkSchedule.Pause(TimeSpan.FromSeconds(left), bookmarks));
}
