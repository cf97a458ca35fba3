using ActorKube.NodeAgent.Server;
using Microsoft.AspNetCore.Http;

namespace ActorKube.NodeAgent.Tests.Server;

public sealed class LogQueryTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("60", "2026-01-02T03:03:05.0000000+00:00")]
    [InlineData("9223372036854775807", "0001-01-01T00:00:00.0000000+00:00")]
    public void A_log_since_before_the_calendar_begins_is_the_whole_log(string seconds, string since) =>
        Assert.Equal(since, LogQuery.Read(new QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["sinceSeconds"] = seconds }), Now).Since?.ToString("O"));
}
