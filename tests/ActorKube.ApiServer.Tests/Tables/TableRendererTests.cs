using System.Buffers;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Tables;

public sealed class TableRendererTests
{
    private readonly PipelineBench _bench = new();
    private ServedResource Served => _bench.Services.Kinds.Find(ConfigMaps)!;

    [Fact]
    public async Task A_list_is_a_table_of_its_kinds_columns()
    {
        await _bench.CreateConfigMapAsync("a", """{"k":"v","l":"w"}""");
        var list = (ListResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.List, ConfigMaps), default);
        var output = new ArrayBufferWriter<byte>();
        TableRenderer.WriteList(output, Served, list, TableObject.Metadata, PipelineBench.Start.AddMinutes(5));
        var table = JsonNode.Parse(output.WrittenSpan)!;
        Assert.Equal(("Table", "meta.k8s.io/v1", "2"), ((string?)table["kind"], (string?)table["apiVersion"], (string?)table["metadata"]!["resourceVersion"]));
        Assert.Equal(["Name", "Data", "Age"], table["columnDefinitions"]!.AsArray().Select(c => (string?)c!["name"]));
        Assert.Equal("""["a",2,"5m"]""", table["rows"]![0]!["cells"]!.ToJsonString());
        Assert.Equal(("PartialObjectMetadata", "a"), ((string?)table["rows"]![0]!["object"]!["kind"], (string?)table["rows"]![0]!["object"]!["metadata"]!["name"]));
    }

    [Theory]
    [InlineData("None", null)]
    [InlineData("Object", "ConfigMap")]
    [InlineData(null, "PartialObjectMetadata")]
    public async Task A_row_carries_what_is_asked_for(string? include, string? kind)
    {
        var item = await _bench.CreateConfigMapAsync("a");
        var table = JsonNode.Parse(TableRenderer.Render(Served, item, TableRenderer.Include(include), PipelineBench.Start).Span)!;
        Assert.Equal(kind, (string?)table["rows"]![0]!["object"]?["kind"]);
    }

    [Theory]
    [InlineData("Succeeded", "Succeeded")]
    [InlineData("Failed", "Failed")]
    [InlineData("Running", null)]
    public void A_row_says_that_its_pod_has_run_its_course(string phase, string? reason)
    {
        var pod = Api.Objects.StoredObject.Parse(Bytes($$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p"},"status":{"phase":"{{{phase}}}"}}"""));
        var table = JsonNode.Parse(TableRenderer.Render(_bench.Services.Kinds.Find(Pods)!, pod, TableObject.None, PipelineBench.Start).Span)!;
        Assert.Equal(reason, (string?)table["rows"]![0]!["conditions"]?[0]!["reason"]);
    }

    [Fact]
    public void Other_contents_are_a_400() => Assert.Equal(400, Assert.Throws<ApiException>(() => TableRenderer.Include("All")).Status.Code);

    [Fact]
    public void Every_column_can_show_an_empty_object()
    {
        using var empty = System.Text.Json.JsonDocument.Parse("""{"metadata":{"name":"a"}}""");
        foreach (var column in _bench.Services.Kinds.Resources.SelectMany(r => r.Strategy.Columns))
            _ = column.Cell(empty.RootElement, PipelineBench.Start).ToString();
    }

    [Fact]
    public async Task Metadata_is_cut_out_of_the_stored_bytes()
    {
        var item = await _bench.CreateConfigMapAsync("a", """{"metadata":"x"}""");
        Assert.Equal(Decode(item)["metadata"]!.ToJsonString(), JsonNode.Parse(PartialMetadata.Of(item).Span)!["metadata"]!.ToJsonString());
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(125, "2m5s")]
    [InlineData(600, "10m")]
    [InlineData(3 * 3600, "3h")]
    [InlineData(3 * 3600 + 120, "3h2m")]
    [InlineData(8 * 3600 + 120, "8h")]
    [InlineData(49 * 3600, "2d1h")]
    [InlineData(9 * 86400, "9d")]
    [InlineData(800 * 86400, "2y70d")]
    [InlineData(3000 * 86400L, "8y")]
    [InlineData(-5, "<invalid>")]
    public void Durations_are_shown_in_two_units_at_most(long seconds, string expected) => Assert.Equal(expected, HumanDuration.Format(TimeSpan.FromSeconds(seconds)));
}
