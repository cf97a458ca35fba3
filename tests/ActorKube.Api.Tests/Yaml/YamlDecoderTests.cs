using System.Text;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Tests.Json;
using ActorKube.Api.Yaml;
using CsCheck;

namespace ActorKube.Api.Tests.Yaml;

public class YamlDecoderTests
{
    private static DecodedJson Decode(string yaml, JsonLimits? limits = null) => YamlDecoder.Decode(Encoding.UTF8.GetBytes(yaml), limits);

    private static string Json(string yaml) => Encoding.UTF8.GetString(JsonEncoder.Encode(Decode(yaml).Root));

    [Theory]
    [InlineData("yes", "true")]
    [InlineData("On", "true")]
    [InlineData("y", "true")]
    [InlineData("NO", "false")]
    [InlineData("off", "false")]
    [InlineData("oN", "\"oN\"")]
    [InlineData("'yes'", "\"yes\"")]
    [InlineData("\"123\"", "\"123\"")]
    [InlineData("0644", "420")]
    [InlineData("0o644", "420")]
    [InlineData("0x1F", "31")]
    [InlineData("-0b11", "-3")]
    [InlineData("08", "8")]
    [InlineData("1_000", "1000")]
    [InlineData("+5", "5")]
    [InlineData("9223372036854775808", "9223372036854775808")]
    [InlineData("99999999999999999999999", "99999999999999999999999")]
    [InlineData("1e3", "1000")]
    [InlineData("1.50", "1.5")]
    [InlineData(".5", "0.5")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("Null", "null")]
    [InlineData("2026-01-02", "\"2026-01-02\"")]
    [InlineData("2026-01-02T03:04:05Z", "\"2026-01-02T03:04:05Z\"")]
    [InlineData("1e400", "\"1e400\"")]
    [InlineData("10:30", "\"10:30\"")]
    [InlineData("100m", "\"100m\"")]
    [InlineData("!!str 123", "\"123\"")]
    [InlineData("!!int 7", "7")]
    [InlineData("!!float 1", "1")]
    [InlineData("!!binary aGk=", "\"hi\"")]
    [InlineData("!mine x", "\"x\"")]
    [InlineData("|\n  a\n  b\n", "\"a\\nb\\n\"")]
    public void Scalars_get_the_type_kubectl_users_expect(string yaml, string json) => Assert.Equal($"{{\"v\":{json}}}", Json($"v: {yaml}\n"));

    [Theory]
    [InlineData("1: a", "{\"1\":\"a\"}")]
    [InlineData("yes: a", "{\"true\":\"a\"}")]
    [InlineData("\"yes\": a", "{\"yes\":\"a\"}")]
    [InlineData("a: [1, {b: c}]\n", "{\"a\":[1,{\"b\":\"c\"}]}")]
    [InlineData("# only a comment\n", "null")]
    [InlineData("---\na: 1\n...\n", "{\"a\":1}")]
    [InlineData("{\"a\": [true, null]}", "{\"a\":[true,null]}")]
    [InlineData("\uFEFFa: 1", "{\"a\":1}")]
    public void Documents_become_the_same_trees_as_json(string yaml, string json) => Assert.Equal(json, Json(yaml));

    [Fact]
    public void Aliases_are_copies_and_merge_keys_never_override()
    {
        const string yaml = """
            base: &b {x: 1, w: 2}
            other: &o {w: 3, z: 4}
            one: {<<: *b, x: 9}
            two: {x: 9, <<: [*b, *o]}
            copy: *b
            """;
        Assert.Equal("""{"base":{"x":1,"w":2},"other":{"w":3,"z":4},"one":{"x":9,"w":2},"two":{"x":9,"w":2,"z":4},"copy":{"x":1,"w":2}}""", Json(yaml));
    }

    [Fact]
    public void Duplicated_keys_are_reported_and_the_last_wins()
    {
        var decoded = Decode("a: 1\nb: {c: 1, c: 2}\na: 3\n");
        Assert.Equal("""{"a":3,"b":{"c":2}}""", decoded.Root!.ToJsonString());
        Assert.Equal("yaml: unmarshal errors:\n  line 2: key \"c\" already set in map\n  line 3: key \"a\" already set in map", Assert.Single(decoded.StrictErrors));
    }

    [Theory]
    [InlineData("a: b: c", "yaml: line 1")]
    [InlineData("a: [1", "yaml: line 2")]
    [InlineData("...\na", "yaml: ")]
    [InlineData("a: 1\n---\nb: 2\n", "single YAML document")]
    [InlineData("a: *missing", "missing")]
    [InlineData("a: &x [*x]", "unknown anchor 'x'")]
    [InlineData("? [a]\n: b", "unsupported map key")]
    [InlineData("~: b", "unsupported map key")]
    [InlineData("a: .inf", "unsupported value: +Inf")]
    [InlineData("a: !!int x", "cannot decode !!str `x` as a !!int")]
    [InlineData("a: !!binary '***'", "invalid base64")]
    [InlineData("<<: 1", "map merge requires map")]
    public void Bad_yaml_is_a_bad_request_that_says_why(string yaml, string part)
    {
        var error = Assert.Throws<ApiException>(() => Decode(yaml));
        Assert.Equal(400, error.Status.Code);
        Assert.StartsWith("error converting YAML to JSON: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Aliases_that_multiply_are_refused()
    {
        var bomb = new StringBuilder("l0: &l0 [x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
            bomb.Append($"l{i}: &l{i} [{string.Join(", ", Enumerable.Repeat($"*l{i - 1}", 9))}]\n");
        Assert.Equal(400, Assert.Throws<ApiException>(() => Decode(bomb.ToString())).Status.Code);
    }

    [Fact]
    public void Nesting_through_aliases_counts_as_nesting()
    {
        var limits = JsonLimits.Default with { MaxDepth = 4 };
        Assert.NotNull(Decode("a: &a [[1]]\nb: [*a]\n", limits).Root);
        Assert.Throws<ApiException>(() => Decode("a: &a [[1]]\nb: [[*a]]\n", limits));
        Assert.Throws<ApiException>(() => Decode(new string('[', 100_000)));
    }

    [Fact]
    public void Size_is_limited_and_bad_utf8_refused()
    {
        Assert.Equal(413, Assert.Throws<ApiException>(() => Decode("a: 1", JsonLimits.Default with { MaxBytes = 3 })).Status.Code);
        Assert.Equal(400, Assert.Throws<ApiException>(() => YamlDecoder.Decode([0x61, 0xC3, 0x28])).Status.Code);
    }

    [Theory]
    [InlineData("!!![ a")]
    [InlineData("!<a b> c")]
    [InlineData("a\n...\nb\n")]
    public void What_the_parser_takes_for_its_callers_error_is_malformed_yaml(string yaml) =>
        Assert.Equal(400, Assert.Throws<ApiException>(() => Decode(yaml)).Status.Code);

    [Fact]
    public void Damaged_yaml_is_decoded_or_refused_and_nothing_else()
    {
        var pieces = Gen.OneOf("a", "b: ", "- ", "\n", "  ", "\n  ", "[", "]", "{", "}", ", ", "&x ", "*x", "<<: ", "!!int ", "! ", "|\n", ">-\n", "'", "\"", "# c", "0x", "1", "~", "? ", ": ", "%", "@", "\t", "---\n", "...\n", "é", "\0", "\\");
        Gen.OneOf(pieces.Array[0, 25].Select(p => Encoding.UTF8.GetBytes(string.Concat(p))), JsonGen.Damaged(JsonGen.Value())).Sample(bytes =>
        {
            try
            {
                JsonEncoder.Encode(YamlDecoder.Decode(bytes).Root);
            }
            catch (ApiException e)
            {
                Assert.Equal(400, e.Status.Code);
            }
        }, iter: 20_000);
    }
}
