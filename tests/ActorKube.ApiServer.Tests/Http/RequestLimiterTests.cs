using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class RequestLimiterTests
{
    private static readonly UserInfo Alice = new("alice");
    private static readonly UserInfo Bob = new("bob");

    [Fact]
    public void Reads_and_writes_are_bounded_apart()
    {
        var limiter = new RequestLimiter(maxReads: 1, maxWrites: 1, maxWatchesPerUser: 1);
        var read = limiter.Enter(RequestVerb.List, Alice);
        using var write = limiter.Enter(RequestVerb.Create, Alice);
        using var watch = limiter.Enter(RequestVerb.Watch, Alice);
        Assert.Equal((1, 1, 1), (limiter.Reads, limiter.Writes, limiter.Watches));
        var refused = Assert.Throws<ApiException>(() => limiter.Enter(RequestVerb.Get, Bob));
        Assert.Equal((429, 1), (refused.Status.Code, refused.Status.RetryAfterSeconds));
        read.Dispose();
        limiter.Enter(RequestVerb.Get, Bob).Dispose();
        Assert.Equal(0, limiter.Reads);
    }

    [Fact]
    public void Watches_are_bounded_for_each_user()
    {
        var limiter = new RequestLimiter(maxReads: 1, maxWrites: 1, maxWatchesPerUser: 2);
        var first = limiter.Enter(RequestVerb.Watch, Alice);
        using var second = limiter.Enter(RequestVerb.Watch, Alice);
        Assert.Equal(429, Assert.Throws<ApiException>(() => limiter.Enter(RequestVerb.Watch, Alice)).Status.Code);
        using var other = limiter.Enter(RequestVerb.Watch, Bob);
        first.Dispose();
        using var again = limiter.Enter(RequestVerb.Watch, Alice);
        Assert.Equal(3, limiter.Watches);
    }
}
