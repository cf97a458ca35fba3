using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Verbs;

public sealed class ProtobufBodyTests
{
    // A ConfigMap called web with colour: blue.
    private const string ConfigMap = "6B3873000A0F0A0276311209436F6E6669674D6170121F0A0D0A0377656212001A0038004200120E0A06636F6C6F75721204626C75651A002200";

    // DeleteOptions of apps/v1 with propagationPolicy: Sideways.
    private const string DeleteOptions = "6B3873000A180A07617070732F7631120D44656C6574654F7074696F6E73120A220853696465776179731A002200";

    private readonly PipelineBench _bench = new();

    private static ApiRequest Protobuf(ApiRequest request, string hex) =>
        request with { Body = Convert.FromHexString(hex), ContentType = "application/vnd.kubernetes.protobuf" };

    [Fact]
    public async Task An_object_is_created_as_from_json()
    {
        var created = await _bench.JsonAsync(Protobuf(Request(RequestVerb.Create, ConfigMaps), ConfigMap));
        Assert.Equal(("web", "blue"), ((string?)created["metadata"]!["name"], (string?)created["data"]!["colour"]));
    }

    [Fact]
    public async Task The_kind_in_the_envelope_has_to_be_that_of_the_path()
    {
        var status = await _bench.ErrorAsync(Protobuf(Request(RequestVerb.Create, Pods), ConfigMap));
        Assert.Equal(
            (400, "ConfigMap in version \"v1\" cannot be handled as a Pod: the kind in the data does not match the expected kind"), (status.Code, status.Message));
    }

    [Fact]
    public async Task Options_of_a_deletion_are_read()
    {
        await _bench.CreateConfigMapAsync("web");
        var status = await _bench.ErrorAsync(Protobuf(Request(RequestVerb.Delete, ConfigMaps, "web"), DeleteOptions));
        Assert.Equal(422, status.Code);
        Assert.Contains("Sideways", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_protobuf_is_a_400() =>
        Assert.Equal(400, (await _bench.ErrorAsync(Protobuf(Request(RequestVerb.Create, ConfigMaps), "7B7D"))).Code);
}
