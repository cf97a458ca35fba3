using System.Text.Json;

namespace ActorKube.Api.Tests.OpenApi;

public sealed class GnosticEncoderTests
{
    private static readonly JsonElement Json = JsonDocument.Parse(Served.Publisher().V2Json().Bytes).RootElement;
    private static readonly ProtoMessage Proto = new(Served.Publisher().V2Protobuf().Bytes);

    [Fact]
    public void The_head_reads_back()
    {
        Assert.Equal("2.0", Proto.Text(1));
        Assert.Equal("Kubernetes", Proto.Message(2).Text(1));
        Assert.Equal("v1.37.0", Proto.Message(2).Text(2));
        Assert.Equal("apiKey", Proto.Message(13).Entry(1, "BearerToken").Message(2).Text(1));
    }

    [Fact]
    public void Every_definition_and_each_of_its_properties_is_there()
    {
        var definitions = Proto.Message(9).Messages(1).ToDictionary(m => m.Text(1), m => m.Message(2));
        Assert.Equal(Json.GetProperty("definitions").EnumerateObject().Select(d => d.Name), definitions.Keys);
        foreach (var definition in Json.GetProperty("definitions").EnumerateObject())
            AssertSchema(definition.Value, definitions[definition.Name]);
    }

    [Fact]
    public void Every_operation_is_there_with_its_kind()
    {
        var paths = Proto.Message(8).Messages(2).ToDictionary(m => m.Text(1), m => m.Message(2));
        (string Method, int Field)[] methods = [("get", 2), ("put", 3), ("post", 4), ("delete", 5), ("patch", 8)];
        foreach (var path in Json.GetProperty("paths").EnumerateObject())
            foreach (var (method, field) in methods)
            {
                if (!path.Value.TryGetProperty(method, out var operation))
                {
                    Assert.DoesNotContain(field, paths[path.Name].Fields);
                    continue;
                }
                var message = paths[path.Name].Message(field);
                Assert.Equal(operation.GetProperty("operationId").GetString(), message.Text(5));
                Assert.Equal(Strings(operation, "produces"), message.Texts(6));
                Assert.Equal(operation.GetProperty("responses").EnumerateObject().Select(r => r.Name), message.Message(9).Messages(1).Select(r => r.Text(1)));
                if (operation.TryGetProperty("x-kubernetes-group-version-kind", out var kind))
                    Assert.Equal(kind.GetRawText(), message.Entry(13, "x-kubernetes-group-version-kind").Text(2));
            }
    }

    [Fact]
    public void Parameters_are_of_the_message_that_their_place_demands()
    {
        var name = Proto.Message(8).Entry(2, "/api/v1/nodes/{name}").Messages(9).First().Message(1, 2, 4);
        Assert.Equal(("name", "path", "string"), (name.Text(4), name.Text(2), name.Text(5)));
        Assert.True(name.Flag(1));
        var dryRun = Proto.Message(8).Entry(2, "/api/v1/nodes/{name}").Message(8).Messages(8).ElementAt(1).Message(1, 2, 3);
        Assert.Equal(("dryRun", "query", "string"), (dryRun.Text(4), dryRun.Text(2), dryRun.Text(6)));
        Assert.Equal("#/parameters/body-patch", Proto.Message(8).Entry(2, "/api/v1/nodes/{name}").Message(8).Messages(8).First().Message(2).Text(1));
        Assert.Equal("#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Patch", Proto.Message(10).Entry(1, "body-patch").Message(1, 5).Text(1));
    }

    private static void AssertSchema(JsonElement json, ProtoMessage proto)
    {
        Assert.Equal(Texts(json, "$ref"), proto.Texts(1));
        Assert.Equal(Texts(json, "format"), proto.Texts(2));
        Assert.Equal(Texts(json, "description"), proto.Texts(4));
        Assert.Equal(Strings(json, "required"), proto.Texts(19));
        Assert.Equal(Texts(json, "type"), proto.Messages(22).SelectMany(t => t.Texts(1)));
        Assert.Equal(json.EnumerateObject().Where(m => m.Name.StartsWith("x-", StringComparison.Ordinal)).Select(m => (m.Name, m.Value.GetRawText())),
            proto.Messages(31).Select(x => (x.Text(1), x.Message(2).Text(2))));
        if (json.TryGetProperty("items", out var items))
            AssertSchema(items, proto.Message(23, 1));
        if (json.TryGetProperty("additionalProperties", out var values))
            AssertSchema(values, proto.Message(21, 1));
        if (json.TryGetProperty("properties", out var properties))
            foreach (var (member, message) in properties.EnumerateObject().Zip(proto.Message(25).Messages(1)))
            {
                Assert.Equal(member.Name, message.Text(1));
                AssertSchema(member.Value, message.Message(2));
            }
    }

    private static string[] Texts(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? [value.GetString()!] : [];

    private static string[] Strings(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? [.. value.EnumerateArray().Select(v => v.GetString()!)] : [];
}
