using ActorKube.Api.Errors;
using ActorKube.ApiServer.Http.Connections;
using ActorKube.ApiServer.Http.Routing;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class PodLogRulesTests
{
    [Theory]
    [InlineData("tailLines=abc", 400, "BadRequest", "strconv.ParseInt: parsing \"abc\": invalid syntax")]
    [InlineData("sinceTime=yesterday", 400, "BadRequest", "parsing time \"yesterday\": it is no RFC 3339 time")]
    [InlineData("tailLines=-1", 422, "Invalid", "PodLogOptions \"web\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("limitBytes=0", 422, "Invalid", "PodLogOptions \"web\" is invalid: limitBytes: Invalid value: 0: must be greater than 0")]
    [InlineData("sinceSeconds=0", 422, "Invalid", "PodLogOptions \"web\" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0")]
    [InlineData("sinceSeconds=1&sinceTime=2026-01-02T03:04:05Z", 422, "Invalid", "PodLogOptions \"web\" is invalid: : Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified")]
    [InlineData("stream=both", 422, "Invalid", "PodLogOptions \"web\" is invalid: stream: Unsupported value: \"both\": supported values: \"All\", \"Stdout\", \"Stderr\"")]
    public void Options_that_make_no_sense_are_refused_with_the_reason_that_goes_with_the_code(string query, int code, string reason, string message)
    {
        var status = Assert.Throws<ApiException>(() => PodLogRules.Check([.. QueryReader.Pairs(query)], "web")).Status;
        Assert.Equal((code, reason, message), (status.Code, status.Reason, status.Message));
    }

    [Theory]
    [InlineData("follow=true&tailLines=0&limitBytes=1&timestamps=true&stream=Stdout")]
    [InlineData("sinceTime=2026-01-02T03%3A04%3A05%2B01%3A00")]
    [InlineData("tailLines=&sinceSeconds=3600")]
    public void Others_pass(string query) => PodLogRules.Check([.. QueryReader.Pairs(query)], "web");
}
