using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Patching;
using ActorKube.Api.Tests.Json;
using CsCheck;

namespace ActorKube.Api.Tests.Patching;

public class MergePatchTests
{
    private static JsonObject Parse(string json) => JsonDecoder.Decode(Encoding.UTF8.GetBytes(json)).RequireObject();

    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":{"b":"c","d":1}}""", """{"a":{"b":"x","d":null,"absent":null}}""", """{"a":{"b":"x"}}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[3]}""", """{"a":[3]}""")]
    [InlineData("""{"a":"foo"}""", """{"a":{"b":{"c":null,"d":1}}}""", """{"a":{"b":{"d":1}}}""")]
    [InlineData("""{"a":null}""", """{"a":{"b":null}}""", """{"a":{}}""")]
    [InlineData("""{}""", """{"a":[null,{"b":null,"c":1}]}""", """{"a":[null,{"c":1}]}""")]
    [InlineData("""{"n":1}""", """{"n":9007199254740993}""", """{"n":9007199254740993}""")]
    public void Patches_merge_as_rfc_7386_says(string target, string patch, string expected)
    {
        var parsed = Parse(patch);
        Assert.Equal(expected, MergePatch.Apply(Parse(target), parsed).ToJsonString());
        Assert.Equal(patch, parsed.ToJsonString());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("null")]
    public void A_patch_has_to_be_an_object(string patch)
    {
        var error = Assert.Throws<ApiException>(() => MergePatch.Apply([], JsonDecoder.Decode(Encoding.UTF8.GetBytes(patch)).Root));
        Assert.Equal((400, "Invalid JSON Patch"), (error.Status.Code, error.Message));
    }

    [Fact]
    public void Merging_twice_is_merging_once() => Gen.Select(JsonGen.Object(), JsonGen.Object()).Sample((target, patch) =>
    {
        var once = MergePatch.Apply(Parse(target), Parse(patch));
        return JsonEquality.Same(MergePatch.Apply((JsonObject)once.DeepClone(), Parse(patch)), once);
    }, iter: 3000);

    [Fact]
    public void The_difference_of_two_objects_turns_one_into_the_other() => Gen.Select(JsonGen.Object(), JsonGen.Object()).Sample((from, to) =>
    {
        // A merge patch cannot say null.
        var goal = MergePatch.Apply([], Parse(to));
        var start = MergePatch.Apply([], Parse(from));
        return JsonEquality.Same(MergePatch.Apply((JsonObject)start.DeepClone(), JsonDiff.Merge(start, goal)), goal);
    }, iter: 3000);
}
