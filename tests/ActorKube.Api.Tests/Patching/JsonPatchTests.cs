using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Patching;
using ActorKube.Api.Tests.Json;
using CsCheck;

namespace ActorKube.Api.Tests.Patching;

public class JsonPatchTests
{
    private static JsonObject Parse(string json) => JsonDecoder.Decode(Encoding.UTF8.GetBytes(json)).RequireObject();

    private static JsonObject Apply(string document, string patch) => JsonPatch.Parse(Encoding.UTF8.GetBytes(patch)).Apply(Parse(document));

    [Theory]
    [InlineData("""{"a":1}""", """[]""", """{"a":1}""")]
    [InlineData("""{"a":{}}""", """[{"op":"add","path":"/a/b","value":9007199254740993}]""", """{"a":{"b":9007199254740993}}""")]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/a","value":2}]""", """{"a":2}""")]
    [InlineData("""{"a":[1,3]}""", """[{"op":"add","path":"/a/1","value":2}]""", """{"a":[1,2,3]}""")]
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/-","value":{"x":[]}}]""", """{"a":[1,{"x":[]}]}""")]
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/1","value":2}]""", """{"a":[1,2]}""")]
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/-1","value":2}]""", """{"a":[1,2]}""")]
    [InlineData("""{"a":[1,2]}""", """[{"op":"remove","path":"/a/0"}]""", """{"a":[2]}""")]
    [InlineData("""{"a":[1,2]}""", """[{"op":"remove","path":"/a/-1"}]""", """{"a":[1]}""")]
    [InlineData("""{"a":1,"b":2}""", """[{"op":"remove","path":"/a"}]""", """{"b":2}""")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"/a","value":null}]""", """{"a":null}""")]
    [InlineData("""{"a":{}}""", """[{"op":"replace","path":"/a/absent","value":1}]""", """{"a":{"absent":1}}""")]
    [InlineData("""{"a":[[1],[2]]}""", """[{"op":"replace","path":"/a/1/0","value":3}]""", """{"a":[[1],[3]]}""")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"","value":{"b":2}},{"op":"add","path":"/c","value":3}]""", """{"b":2,"c":3}""")]
    [InlineData("""{"a":{"x":1},"b":{}}""", """[{"op":"move","from":"/a/x","path":"/b/y"}]""", """{"a":{},"b":{"y":1}}""")]
    [InlineData("""{"a":[1,2,3]}""", """[{"op":"move","from":"/a/0","path":"/a/2"}]""", """{"a":[2,3,1]}""")]
    [InlineData("""{"a":{"x":[1]}}""", """[{"op":"copy","from":"/a","path":"/b"},{"op":"add","path":"/b/x/0","value":0}]""", """{"a":{"x":[1]},"b":{"x":[0,1]}}""")]
    [InlineData("""{"a/b":{"~x":1}}""", """[{"op":"replace","path":"/a~1b/~0x","value":5}]""", """{"a/b":{"~x":5}}""")]
    [InlineData("""{"a":{"x":1,"y":2}}""", """[{"op":"test","path":"/a","value":{"y":2,"x":1.0}}]""", """{"a":{"x":1,"y":2}}""")]
    [InlineData("""{"a":null}""", """[{"op":"test","path":"/a","value":null},{"op":"test","path":"/absent","value":null}]""", """{"a":null}""")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"","value":{"a":1}}]""", """{"a":1}""")]
    [InlineData("""{"":1}""", """[{"op":"remove","path":"/"}]""", """{}""")]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b"}]""", """{"a":1,"b":null}""")]
    public void Operations_do_what_upstream_does(string document, string patch, string expected) => Assert.Equal(expected, Apply(document, patch).ToJsonString());

    [Theory]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/a","value":2}]""", "testing value /a failed: test failed")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/a/b/c","value":2}]""", "test operation does not apply: is missing path: /a/b/c: missing value")]
    [InlineData("""{"a":1}""", """[{"op":"remove","path":"/b"}]""", "error in remove for path: '/b': Unable to remove nonexistent key: b: missing value")]
    [InlineData("""{"a":1}""", """[{"op":"remove","path":""}]""", "remove operation does not apply: doc is missing path: \"\": missing value")]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"","value":{}}]""", "add operation does not apply: doc is missing path: \"\": missing value")]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/x/y","value":1}]""", "add operation does not apply: doc is missing path: \"/x/y\": missing value")]
    [InlineData("""{"a":null}""", """[{"op":"add","path":"/a/y","value":1}]""", "add operation does not apply: doc is missing path: \"/a/y\": missing value")]
    [InlineData("""{"a":[]}""", """[{"op":"add","path":"/a/1","value":1}]""", "error in add for path: '/a/1': Unable to access invalid index: 1: invalid index referenced")]
    [InlineData("""{"a":[]}""", """[{"op":"add","path":"/a/x","value":1}]""", "error in add for path: '/a/x': value was not a proper array index: 'x': strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("""{"a":[1]}""", """[{"op":"remove","path":"/a/-2"}]""", "error in remove for path: '/a/-2': Unable to access invalid index: -2: invalid index referenced")]
    [InlineData("""{"a":[1]}""", """[{"op":"replace","path":"/a/1","value":1}]""", "replace operation does not apply: doc is missing key: /a/1: missing value")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"","value":1}]""", "replace operation value must be object or array")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"","value":[]}]""", "the patched object has to be a JSON object")]
    [InlineData("""{"a":{"b":{}}}""", """[{"op":"move","from":"/a","path":"/a/b/c"}]""", "move operation does not apply: doc is missing destination path: /a/b/c: missing value")]
    [InlineData("""{"a":1}""", """[{"op":"copy","path":"/b"}]""", "copy operation failed to decode from: missing value")]
    [InlineData("""{"a":1}""", """[{"op":"add","value":1}]""", "add operation failed to decode path: missing value")]
    [InlineData("""{"a":1}""", """[{"op":"grow","path":"/a"}]""", "Unexpected kind: grow")]
    [InlineData("""{"a":1}""", """[{"path":"/a"}]""", "Unexpected kind: unknown")]
    public void An_operation_that_does_not_apply_is_invalid_and_says_why(string document, string patch, string detail)
    {
        var error = Assert.Throws<ApiException>(() => Apply(document, patch));
        Assert.Equal((422, StatusReason.Invalid), (error.Status.Code, error.Status.Reason));
        Assert.Equal("the server rejected our request due to an error in our request", error.Message);
        Assert.Equal(detail, Assert.Single(error.Status.Causes).Message);
    }

    [Theory]
    [InlineData("""{"op":"add"}""", 400)]
    [InlineData("""null""", 400)]
    [InlineData("""[1]""", 400)]
    [InlineData("""[{]""", 400)]
    public void A_malformed_patch_is_a_bad_request(string patch, int code) =>
        Assert.Equal(code, Assert.Throws<ApiException>(() => JsonPatch.Parse(Encoding.UTF8.GetBytes(patch))).Status.Code);

    [Fact]
    public void More_operations_than_upstream_allows_are_too_large()
    {
        static byte[] Patch(int count) => Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("""{"op":"add","path":"/a","value":1}""", count))}]");
        Assert.Equal(413, Assert.Throws<ApiException>(() => JsonPatch.Parse(Patch(JsonPatch.MaxOperations + 1))).Status.Code);
        Assert.Equal("""{"a":1}""", JsonPatch.Parse(Patch(JsonPatch.MaxOperations)).Apply([]).ToJsonString());
    }

    [Fact]
    public void Copies_that_multiply_are_refused()
    {
        var patch = $"[{string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""{"op":"copy","from":"/a","path":"/a/k{{i}}"}"""))}]";
        Assert.Contains("accumulated size", Assert.Throws<ApiException>(() => Apply("""{"a":{"x":"0123456789"}}""", patch)).Status.Causes[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("copy")]
    [InlineData("move")]
    public void Nesting_by_patch_is_limited(string op)
    {
        var limits = JsonLimits.Default with { MaxDepth = 4 };
        var patch = JsonPatch.Parse(Encoding.UTF8.GetBytes($$"""[{"op":"{{op}}","from":"/deep","path":"/a/b/c"}]"""));
        Assert.NotNull(patch.Apply(Parse("""{"deep":[1],"a":{"b":{}}}"""), limits));
        Assert.Throws<ApiException>(() => patch.Apply(Parse("""{"deep":[[1]],"a":{"b":{}}}"""), limits));
    }

    [Fact]
    public void Unknown_and_duplicated_members_are_strict_errors() =>
        Assert.Equal(["json patch duplicate field \"[0].op\"", "json patch unknown field \"[0].extra\""],
            JsonPatch.Parse("""[{"op":"add","op":"add","path":"/a","extra":1}]"""u8).StrictErrors);

    [Fact]
    public void A_patch_can_be_applied_again_and_shares_nothing_with_its_results()
    {
        var patch = JsonPatch.Parse("""[{"op":"add","path":"/a","value":{"x":[]}},{"op":"add","path":"/a/x/-","value":1}]"""u8);
        var first = patch.Apply([]);
        first["a"]!["x"] = 5;
        Assert.Equal("""{"a":{"x":[1]}}""", patch.Apply([]).ToJsonString());
    }

    [Fact]
    public void The_difference_of_two_objects_turns_one_into_the_other() => Gen.Select(JsonGen.Object(), JsonGen.Object()).Sample((from, to) =>
        JsonEquality.Same(JsonPatch.Parse(JsonEncoder.Encode(JsonDiff.Between(Parse(from), Parse(to)))).Apply(Parse(from)), Parse(to)), iter: 3000);

    [Fact]
    public void Any_operations_apply_or_are_refused_and_nothing_else()
    {
        var path = Gen.OneOf("", "/", "/a", "/a/b", "/a/0", "/a/-", "/a/-1", "/b/c", "/name", "/x~1y", "/a/b/c", "a", "/a//");
        var operation = Gen.Select(Gen.OneOf("add", "remove", "replace", "move", "copy", "test", "?"), path, path, JsonGen.Value(2))
            .Select((op, at, from, value) => $$"""{"op":"{{op}}","path":"{{at}}","from":"{{from}}","value":{{value}}}""");
        Gen.Select(JsonGen.Object(), operation.Array[0, 6]).Sample((document, operations) =>
        {
            try
            {
                Apply(document, $"[{string.Join(',', operations)}]");
            }
            catch (ApiException e)
            {
                Assert.Equal(422, e.Status.Code);
            }
        }, iter: 10_000);
    }
}
