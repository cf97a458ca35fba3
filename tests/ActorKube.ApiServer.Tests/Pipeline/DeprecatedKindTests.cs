using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Pipeline;

public sealed class DeprecatedKindTests
{
    private readonly PipelineBench _bench = new();

    [Theory]
    [InlineData(RequestVerb.List)]
    [InlineData(RequestVerb.Watch)]
    [InlineData(RequestVerb.Create)]
    public async Task Every_request_for_endpoints_is_warned(RequestVerb verb)
    {
        var request = Request(verb, new("", "v1", "endpoints"), body: verb == RequestVerb.Create ? """{"metadata":{"name":"a"}}""" : "");
        await _bench.Pipeline.ExecuteAsync(request, default);
        Assert.Equal(["v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"], request.Warnings.Items);
    }

    [Fact]
    public async Task A_kind_without_a_successor_names_none()
    {
        var request = Request(RequestVerb.List, new("", "v1", "componentstatuses")) with { Namespace = "" };
        await _bench.Pipeline.ExecuteAsync(request, default);
        Assert.Equal(["v1 ComponentStatus is deprecated in v1.19+"], request.Warnings.Items);
    }

    [Fact]
    public async Task Kinds_that_stay_are_not_warned_of()
    {
        var request = Request(RequestVerb.List, ConfigMaps);
        await _bench.Pipeline.ExecuteAsync(request, default);
        Assert.Empty(request.Warnings.Items);
    }
}
