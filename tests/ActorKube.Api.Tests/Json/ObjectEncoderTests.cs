using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using CsCheck;

namespace ActorKube.Api.Tests.Json;

public class ObjectEncoderTests
{
    private static JsonObject Parse(string json) => JsonDecoder.Decode(Encoding.UTF8.GetBytes(json)).RequireObject();

    [Theory]
    [InlineData("""{"metadata":{"name":"a","uid":"u","labels":{}},"kind":"K","apiVersion":"v1"}""", """{"kind":"K","apiVersion":"v1","metadata":{"name":"a","uid":"u","resourceVersion":"42","labels":{}}}""")]
    [InlineData("""{"data":{"k":"v"},"kind":"K","metadata":{"name":"a","resourceVersion":"7"}}""", """{"kind":"K","metadata":{"name":"a","resourceVersion":"42"},"data":{"k":"v"}}""")]
    [InlineData("""{"kind":"K"}""", """{"kind":"K","metadata":{"resourceVersion":"42"}}""")]
    [InlineData("""{"metadata":null,"spec":null}""", """{"metadata":{"resourceVersion":"42"},"spec":null}""")]
    public void The_revision_is_filled_in_after_encoding(string json, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(ObjectEncoder.Encode(Parse(json)).At(42)));

    [Fact]
    public void One_template_gives_any_revision()
    {
        var template = ObjectEncoder.Encode(Parse("""{"metadata":{"name":"a"}}"""));
        foreach (var revision in new[] { 0, 9, 10, long.MaxValue })
        {
            var json = template.At(revision);
            Assert.Equal(revision, StoredObject.Parse(json).Revision);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => template.At(-1));
    }

    [Fact]
    public void Only_what_json_demands_is_escaped() =>
        Assert.Equal("""{"metadata":{"resourceVersion":"1"},"a":"<é&'\"\\\n€>"}""",
            Encoding.UTF8.GetString(ObjectEncoder.Encode(new JsonObject { ["a"] = "<é&'\"\\\n€>" }).At(1)));

    [Fact]
    public void Metadata_that_is_no_object_is_a_defect_of_the_caller() =>
        Assert.Throws<ArgumentException>(() => ObjectEncoder.Encode(Parse("""{"metadata":[]}""")));

    [Fact]
    public void Encoding_keeps_everything_but_the_resource_version() => JsonGen.Object().Sample(json =>
    {
        var obj = Parse(json);
        obj["metadata"] = new JsonObject { ["name"] = "a", ["resourceVersion"] = "old" };
        var again = Parse(Encoding.UTF8.GetString(ObjectEncoder.Encode(obj).At(7)));
        obj["metadata"]!["resourceVersion"] = "7";
        return JsonEquality.Same(obj, again);
    }, iter: 1000);

    [Theory]
    [InlineData("1", "1.0", true)]
    [InlineData("1", "10e-1", true)]
    [InlineData("-0", "0", true)]
    [InlineData("1e99999999999999999999", "1e99999999999999999999", true)]
    [InlineData("1e99999999999999999999", "1e99999999999999999998", false)]
    [InlineData("9007199254740993", "9007199254740992", false)]
    [InlineData("1", "\"1\"", false)]
    [InlineData("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true)]
    [InlineData("[1,2]", "[2,1]", false)]
    [InlineData("{\"a\":null}", "{}", false)]
    [InlineData("true", "false", false)]
    public void Equality_is_by_content(string left, string right, bool same)
    {
        var a = JsonDecoder.Decode(Encoding.UTF8.GetBytes(left)).Root;
        var b = JsonDecoder.Decode(Encoding.UTF8.GetBytes(right)).Root;
        Assert.Equal(same, JsonEquality.Same(a, b));
        Assert.Equal(same, JsonEquality.Same(b, a));
    }

    [Fact]
    public void Encoding_within_encoding_gets_a_buffer_of_its_own()
    {
        var outer = JsonEncoder.Rent();
        Assert.Equal("{}"u8.ToArray(), JsonEncoder.Encode(new JsonObject()));
        JsonEncoder.Return(outer);
        Assert.Equal("[]"u8.ToArray(), JsonEncoder.Encode(new JsonArray()));
    }
}
