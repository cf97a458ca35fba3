using ActorKube.Api.Errors;
using ActorKube.ApiServer.Http;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class RequestLimiterTests
{
    [Fact]
    public void Reads_and_writes_are_bounded_apart_and_watches_not_at_all()
    {
        var limiter = new RequestLimiter(maxReads: 1, maxWrites: 1);
        var read = limiter.Enter(RequestVerb.List);
        using var write = limiter.Enter(RequestVerb.Create);
        using var watch = limiter.Enter(RequestVerb.Watch);
        var refused = Assert.Throws<ApiException>(() => limiter.Enter(RequestVerb.Get));
        Assert.Equal((429, 1), (refused.Status.Code, refused.Status.RetryAfterSeconds));
        read.Dispose();
        limiter.Enter(RequestVerb.Get).Dispose();
    }
}
