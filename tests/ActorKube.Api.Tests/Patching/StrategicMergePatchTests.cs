using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Patching;
using ActorKube.Api.Tests.Json;
using CsCheck;

namespace ActorKube.Api.Tests.Patching;

public class StrategicMergePatchTests
{
    /// <summary>items: merged by name, each with ports merged by port, args (atomic) and tags (a set); finalizers: a set; strategy: retainKeys; whole: replaced.</summary>
    private static readonly TestSchema Schema = new()
    {
        Fields =
        {
            ["items"] = new TestSchema
            {
                Strategy = PatchStrategy.Merge,
                MergeKey = "name",
                ItemSchema = new TestSchema
                {
                    Fields =
                    {
                        ["ports"] = new TestSchema { Strategy = PatchStrategy.Merge, MergeKey = "port", ItemSchema = new TestSchema() },
                        ["tags"] = new TestSchema { Strategy = PatchStrategy.Merge },
                    },
                },
            },
            ["finalizers"] = new TestSchema { Strategy = PatchStrategy.Merge },
            ["keyless"] = new TestSchema { Strategy = PatchStrategy.Merge },
            ["strategy"] = new TestSchema { Strategy = PatchStrategy.RetainKeys },
            ["whole"] = new TestSchema { Strategy = PatchStrategy.Replace },
        },
    };

    private static JsonObject Parse(string json) => JsonDecoder.Decode(Encoding.UTF8.GetBytes(json)).RequireObject();

    [Theory]
    // Plain merging.
    [InlineData("""{"a":1,"b":{"c":1,"d":2}}""", """{"a":2,"b":{"c":null,"e":3}}""", """{"a":2,"b":{"d":2,"e":3}}""")]
    [InlineData("""{"a":1}""", """{"b":{"c":null,"d":[{"e":null}]}}""", """{"a":1,"b":{"d":[{}]}}""")]
    [InlineData("""{"list":[1,2]}""", """{"list":[3]}""", """{"list":[3]}""")]
    [InlineData("""{"whole":{"a":1}}""", """{"whole":{"b":2}}""", """{"whole":{"b":2}}""")]
    [InlineData("""{"a":[1]}""", """{"a":{"b":1}}""", """{"a":{"b":1}}""")]
    // Lists merged by key: new items first where nothing says otherwise.
    [InlineData("""{"items":[{"name":"a","x":1},{"name":"b"}]}""", """{"items":[{"name":"b","x":2}]}""", """{"items":[{"name":"a","x":1},{"name":"b","x":2}]}""")]
    [InlineData("""{"items":[{"name":"a"}]}""", """{"items":[{"name":"n","y":null,"z":1}]}""", """{"items":[{"name":"n","z":1},{"name":"a"}]}""")]
    [InlineData("""{"items":[{"name":"a","ports":[{"port":1,"p":"x"}]}]}""", """{"items":[{"name":"a","ports":[{"port":1,"q":"y"},{"port":2}]}]}""",
        """{"items":[{"name":"a","ports":[{"port":1,"p":"x","q":"y"},{"port":2}]}]}""")]
    [InlineData("""{"items":[{"name":"a","args":["x"]}]}""", """{"items":[{"name":"a","args":["y"]}]}""", """{"items":[{"name":"a","args":["y"]}]}""")]
    [InlineData("""{}""", """{"items":[{"name":"a"}]}""", """{"items":[{"name":"a"}]}""")]
    [InlineData("""{"items":[{"name":"a"}]}""", """{"items":null}""", """{}""")]
    // $patch.
    [InlineData("""{"items":[{"name":"a"},{"name":"b"}]}""", """{"items":[{"name":"a","$patch":"delete"}]}""", """{"items":[{"name":"b"}]}""")]
    [InlineData("""{"items":[{"name":"a"},{"name":"b"}]}""", """{"items":[{"$patch":"replace"},{"name":"c"}]}""", """{"items":[{"name":"c"}]}""")]
    [InlineData("""{"items":[{"name":"a"}]}""", """{"items":[{"name":"x","$patch":"delete"}]}""", """{"items":[{"name":"a"}]}""")]
    [InlineData("""{"b":{"c":1,"d":2}}""", """{"b":{"$patch":"replace","e":1}}""", """{"b":{"e":1}}""")]
    [InlineData("""{"b":{"c":1}}""", """{"b":{"$patch":"delete"}}""", """{"b":{}}""")]
    [InlineData("""{"a":1}""", """{"b":{"$patch":"delete"}}""", """{"a":1}""")]
    [InlineData("""{"items":[{"name":"a","x":1,"y":2}]}""", """{"items":[{"name":"a","sub":{"$patch":"delete"},"x":null}]}""", """{"items":[{"name":"a","y":2}]}""")]
    // $setElementOrder.
    [InlineData("""{"items":[{"name":"a"},{"name":"b"},{"name":"c"}]}""", """{"$setElementOrder/items":[{"name":"c"},{"name":"a"},{"name":"b"}]}""",
        """{"items":[{"name":"c"},{"name":"a"},{"name":"b"}]}""")]
    [InlineData("""{"items":[{"name":"a"},{"name":"server"},{"name":"b"}]}""",
        """{"$setElementOrder/items":[{"name":"a"},{"name":"n"},{"name":"b"}],"items":[{"name":"n","x":1}]}""",
        """{"items":[{"name":"a"},{"name":"n","x":1},{"name":"server"},{"name":"b"}]}""")]
    [InlineData("""{"finalizers":["a","b","c"]}""", """{"$setElementOrder/finalizers":["c","a"],"$deleteFromPrimitiveList/finalizers":["b"]}""", """{"finalizers":["c","a"]}""")]
    [InlineData("""{"a":1}""", """{"$setElementOrder/items":[{"name":"a"}],"items":[{"name":"a","ports":[{"port":1,"$patch":"delete"},{"port":2}]}]}""",
        """{"a":1,"items":[{"name":"a","ports":[{"port":2}]}]}""")]
    [InlineData("""{"items":[{"name":"a","ports":[{"port":2},{"port":1}]}]}""",
        """{"$setElementOrder/items":[{"name":"a"}],"items":[{"name":"a","$setElementOrder/ports":[{"port":1},{"port":2}]}]}""",
        """{"items":[{"name":"a","ports":[{"port":1},{"port":2}]}]}""")]
    [InlineData("""{"items":[]}""", """{"$setElementOrder/items":[]}""", """{"items":[]}""")]
    [InlineData("""{"items":[{"name":"a"}]}""", """{"$setElementOrder/items":[{"name":"a"}],"items":null}""", """{}""")]
    // Sets of scalars.
    [InlineData("""{"finalizers":["a"]}""", """{"finalizers":["b","a"]}""", """{"finalizers":["b","a"]}""")]
    [InlineData("""{"finalizers":["a","b","a"]}""", """{"finalizers":["c"]}""", """{"finalizers":["c","a","b"]}""")]
    [InlineData("""{"finalizers":["a","b"]}""", """{"$deleteFromPrimitiveList/finalizers":["a","x"]}""", """{"finalizers":["b"]}""")]
    [InlineData("""{"x":1}""", """{"$deleteFromPrimitiveList/finalizers":["a"]}""", """{"x":1}""")]
    [InlineData("""{"finalizers":["a"]}""", """{"finalizers":[]}""", """{"finalizers":["a"]}""")]
    // $retainKeys.
    [InlineData("""{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}""", """{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}""", """{"strategy":{"type":"Recreate"}}""")]
    [InlineData("""{"strategy":{"a":1,"b":2}}""", """{"strategy":{"$retainKeys":["a","c"],"b":null,"c":3}}""", """{"strategy":{"a":1,"c":3}}""")]
    [InlineData("""{"x":1}""", """{"strategy":{"$retainKeys":["a"],"a":1}}""", """{"x":1,"strategy":{"a":1}}""")]
    public void Patches_merge_as_upstream_merges_them(string original, string patch, string expected) =>
        Assert.Equal(expected, StrategicMergePatch.Apply(Parse(original), Parse(patch), Schema).ToJsonString());

    [Theory]
    [InlineData("""{"items":[{"name":"a"}]}""", """{"items":[{"x":1}]}""", 400, "map: {\"x\":1} does not contain declared merge key: name")]
    [InlineData("""{"items":[{"name":"a"}]}""", """{"items":[{"$patch":"delete"}]}""", 400, "does not contain declared merge key: name")]
    [InlineData("""{"items":[{"name":"a"}]}""", """{"items":[["a"]]}""", 422, "lists of lists are not supported")]
    [InlineData("""{"items":[{"name":"a"}]}""", """{"items":["a"]}""", 400, "list element types are not identical")]
    [InlineData("""{"items":[{"name":"a"}]}""", """{"items":[null]}""", 400, "list element types are not identical")]
    [InlineData("""{"keyless":[{"name":"a"}]}""", """{"keyless":[{"name":"b"}]}""", 400, "cannot merge lists without merge key")]
    [InlineData("""{"items":[{"name":"a"}]}""", """{"items":[{"name":"b","$patch":"merge"}]}""", 400, "merging lists cannot yet be specified")]
    [InlineData("""{"items":[{"name":"a"}]}""", """{"items":[{"name":"b","$patch":"x"}]}""", 400, "unknown patch type: x in map")]
    [InlineData("""{"b":{}}""", """{"b":{"$patch":"merge"}}""", 400, "unknown patch type: merge in map")]
    [InlineData("""{}""", """{"$patch":7}""", 400, "unknown patch type: 7 in map")]
    [InlineData("""{"a":1}""", """{"$retainKeys":"a"}""", 400, "invalid patch format of retainKeys")]
    [InlineData("""{"a":1}""", """{"$retainKeys":["a"],"b":1}""", 400, "invalid patch format of retainKeys")]
    [InlineData("""{"items":[]}""", """{"$setElementOrder/items":1}""", 400, "invalid patch format of setElementOrder list")]
    [InlineData("""{"items":[]}""", """{"$setElementOrder":[]}""", 400, "invalid patch format of setElementOrder list")]
    [InlineData("""{"items":[{"name":"a"}]}""", """{"$setElementOrder/items":[{"x":1}]}""", 400, "does not contain declared merge key")]
    [InlineData("""{"items":[]}""", """{"$setElementOrder/items":[{"name":"a"},{"name":"b"}],"items":[{"name":"b"},{"name":"a"}]}""", 400, "doesn't match $setElementOrder list")]
    [InlineData("""{"items":7}""", """{"$setElementOrder/items":[{"name":"a"}]}""", 400, "expected a []interface {}")]
    [InlineData("""{"finalizers":["a"]}""", """{"$deleteFromPrimitiveList/finalizers":"a"}""", 400, "invalid patch format of primitive list")]
    [InlineData("""{"finalizers":["a"]}""", """{"$deleteFromPrimitiveList":["a"]}""", 400, "invalid patch format of primitive list")]
    public void Bad_patches_are_refused_with_upstreams_reason(string original, string patch, int code, string reason)
    {
        var error = Assert.Throws<ApiException>(() => StrategicMergePatch.Apply(Parse(original), Parse(patch), Schema));
        Assert.Equal(code, error.Status.Code);
        Assert.Contains(reason, code == 422 ? error.Status.Causes[0].Message : error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_patch_has_to_be_an_object() =>
        Assert.Equal(400, Assert.Throws<ApiException>(() => StrategicMergePatch.Apply([], new JsonArray(), Schema)).Status.Code);

    [Fact]
    public void Without_knowledge_it_is_a_merge_patch() => Gen.Select(JsonGen.Object(), JsonGen.Object()).Sample((original, patch) =>
        JsonEquality.Same(StrategicMergePatch.Apply(Parse(original), Parse(patch), null), MergePatch.Apply(Parse(original), Parse(patch))), iter: 3000);

    private static readonly Gen<string> Item = Gen.Select(Gen.OneOf("a", "b", "c", "d"), Gen.Int[0, 3], Gen.OneOf("", ",\"ports\":[{\"port\":1},{\"port\":2,\"x\":null}]", ",\"tags\":[\"t\",\"u\"]", ",\"x\":null"))
        .Select((name, v, more) => $$"""{"name":"{{name}}","v":{{v}}{{more}}}""");

    private static readonly Gen<string> Whole = Gen.Select(Item.List[0, 4], Gen.OneOf("f", "g", "h").List[0, 3]).Select((items, finalizers) =>
        $$"""{"items":[{{string.Join(',', items.DistinctBy(i => i[..12]))}}],"finalizers":[{{string.Join(',', finalizers.Distinct().Select(f => $"\"{f}\""))}}]}""");

    [Fact]
    public void Applying_a_patch_twice_is_applying_it_once() => Gen.Select(Whole, Whole).Sample((original, patch) =>
    {
        var once = StrategicMergePatch.Apply(Parse(original), Parse(patch), Schema);
        return JsonEquality.Same(StrategicMergePatch.Apply((JsonObject)once.DeepClone(), Parse(patch), Schema), once);
    }, iter: 3000);

    [Fact]
    public void No_item_is_lost_and_none_doubled() => Gen.Select(Whole, Whole).Sample((original, patch) =>
    {
        static IEnumerable<string?> Names(JsonObject obj) => obj.Array("items")!.Select(i => ((JsonObject)i!).Text("name"));
        var merged = Names(StrategicMergePatch.Apply(Parse(original), Parse(patch), Schema)).ToList();
        return merged.Distinct().Count() == merged.Count && merged.ToHashSet().SetEquals(Names(Parse(original)).Union(Names(Parse(patch))));
    }, iter: 3000);

    [Fact]
    public void Any_patch_merges_or_is_refused_and_nothing_else()
    {
        var key = Gen.OneOf("items", "finalizers", "strategy", "whole", "keyless", "name", "ports", "port", "$patch", "$retainKeys", "$setElementOrder/items", "$setElementOrder/finalizers", "$deleteFromPrimitiveList/finalizers", "$setElementOrder/ports", "$deleteFromPrimitiveList");
        Gen<string> Value(int depth) => depth == 0
            ? Gen.OneOf("null", "1", "\"a\"", "\"replace\"", "\"delete\"", "true", "[]", "{}")
            : Gen.OneOf(Value(0), Object(depth), Value(depth - 1).List[0, 3].Select(l => $"[{string.Join(',', l)}]"));
        Gen<string> Object(int depth) => Gen.Select(key, Value(depth - 1)).List[0, 4].Select(f => $"{{{string.Join(',', f.DistinctBy(x => x.Item1).Select(x => $"\"{x.Item1}\":{x.Item2}"))}}}");
        Gen.Select(Object(4), Object(4)).Sample((original, patch) =>
        {
            try
            {
                JsonEncoder.Encode(StrategicMergePatch.Apply(Parse(original), Parse(patch), Schema));
            }
            catch (ApiException e)
            {
                Assert.InRange(e.Status.Code, 400, 422);
            }
        }, iter: 20_000);
    }

    private sealed class TestSchema : IPatchSchema
    {
        public Dictionary<string, TestSchema> Fields { get; } = [];
        public TestSchema? ItemSchema { get; init; }
        public PatchStrategy Strategy { get; init; }
        public string? MergeKey { get; init; }
        public IPatchSchema? Items => ItemSchema;
        public IPatchSchema? Property(string name) => Fields.GetValueOrDefault(name);
    }
}
