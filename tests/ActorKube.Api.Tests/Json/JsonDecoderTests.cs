using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using CsCheck;

namespace ActorKube.Api.Tests.Json;

public class JsonDecoderTests
{
    private static DecodedJson Decode(string json, JsonLimits? limits = null) => JsonDecoder.Decode(Encoding.UTF8.GetBytes(json), limits);

    [Theory]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("{", "unexpected end of JSON input")]
    [InlineData("{\"a\":", "unexpected end of JSON input")]
    [InlineData("\"abc", "unexpected end of JSON input")]
    [InlineData("[1,", "unexpected end of JSON input")]
    [InlineData("tru", "unexpected end of JSON input")]
    [InlineData("{a:1}", "invalid character 'a' looking for beginning of object key string")]
    [InlineData("{\"a\":1,}", "invalid character '}' looking for beginning of object key string")]
    [InlineData("{\"a\" 1}", "invalid character '1' after object key")]
    [InlineData("{\"a\":1 \"b\":2}", "invalid character '\"' after object key:value pair")]
    [InlineData("[1 2]", "invalid character '2' after array element")]
    [InlineData("[1,]", "invalid character ']' looking for beginning of value")]
    [InlineData("{} {}", "invalid character '{' after top-level value")]
    [InlineData("01", "invalid character '1' after top-level value")]
    [InlineData("-", "unexpected end of JSON input")]
    [InlineData("-a", "invalid character 'a' in numeric literal")]
    [InlineData("1.x", "invalid character 'x' after decimal point in numeric literal")]
    [InlineData("1e+x", "invalid character 'x' in exponent of numeric literal")]
    [InlineData("nil", "invalid character 'i' in literal null (expecting 'u')")]
    [InlineData("\"\\x\"", "invalid character 'x' in string escape code")]
    [InlineData("\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape")]
    [InlineData("\"a\nb\"", "invalid character '\\n' in string literal")]
    [InlineData("// no\n{}", "invalid character '/' looking for beginning of value")]
    [InlineData("'a'", "invalid character '\\'' looking for beginning of value")]
    public void Malformed_json_is_described_in_upstreams_words(string json, string message)
    {
        var error = Assert.Throws<ApiException>(() => Decode(json));
        Assert.Equal(400, error.Status.Code);
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        var error = Assert.Throws<ApiException>(() => JsonDecoder.Decode([(byte)'"', 0xC3, 0x28, (byte)'"']));
        Assert.Equal(400, error.Status.Code);
    }

    [Theory]
    [InlineData("\"\\ud800\"", "\uFFFD")]
    [InlineData("\"\\udc00x\"", "\uFFFDx")]
    [InlineData("\"a\\ud83d\\ude00b\"", "a😀b")]
    [InlineData("\"\\ud83d\\ud83d\\ude00\\n\"", "\uFFFD😀\n")]
    [InlineData("\"é\\ud800\\t\"", "é\uFFFD\t")]
    public void Lone_surrogates_become_the_replacement_character(string json, string text) => Assert.Equal(text, Decode(json).Root.Text());

    [Fact]
    public void A_lone_surrogate_in_a_name_is_replaced_as_well() => Assert.True(Decode("{\"\\ud800\":1}").RequireObject().ContainsKey("\uFFFD"));

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("18446744073709551616")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("0.1000")]
    [InlineData("1e400")]
    [InlineData("1.0")]
    [InlineData("-0")]
    public void Numbers_survive_exactly(string number) =>
        Assert.Equal($"{{\"n\":{number}}}", Encoding.UTF8.GetString(JsonEncoder.Encode(Decode($"{{\"n\":{number}}}").Root)));

    [Fact]
    public void Of_duplicated_fields_the_last_wins_and_each_is_reported_with_its_path()
    {
        var decoded = Decode("""{"a":1,"spec":{"c":[{"x":1},{"image":"a","image":"b","image":"c"}]},"a":2}""");
        Assert.Equal("""{"a":2,"spec":{"c":[{"x":1},{"image":"c"}]}}""", decoded.Root!.ToJsonString());
        Assert.Equal(["duplicate field \"spec.c[1].image\"", "duplicate field \"a\""], decoded.StrictErrors);
    }

    [Fact]
    public void Reports_of_duplicates_stay_small_whatever_comes()
    {
        var name = new string('n', 900);
        var deep = string.Concat(Enumerable.Repeat($"{{\"{name}\":", 200)) + $"{{{string.Join(',', Enumerable.Repeat("\"a\":1", 5000))}}}" + new string('}', 200);
        var wide = $"{{{string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"{i}\":1,\"{i}\":2"))}}}";
        Assert.InRange(Decode(deep).StrictErrors.Sum(e => e.Length), 900, 2000);
        Assert.Equal(100, Decode(wide).StrictErrors.Length);
    }

    [Fact]
    public void Names_that_differ_in_case_are_different_fields()
    {
        var decoded = Decode("""{"a":1,"A":2}""");
        Assert.Empty(decoded.StrictErrors);
        Assert.Equal(2, decoded.RequireObject().Count);
    }

    [Theory]
    [InlineData("[[1]]", 2, true)]
    [InlineData("[[[1]]]", 2, false)]
    [InlineData("{\"a\":{\"b\":{}}}", 2, false)]
    public void Nesting_is_limited(string json, int depth, bool fits)
    {
        var limits = JsonLimits.Default with { MaxDepth = depth };
        if (fits)
            Assert.NotNull(Decode(json, limits).Root);
        else
            Assert.EndsWith("exceeded max depth", Assert.Throws<ApiException>(() => Decode(json, limits)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_and_number_of_values_are_limited()
    {
        Assert.Equal(413, Assert.Throws<ApiException>(() => Decode("[1,2,3]", JsonLimits.Default with { MaxBytes = 6 })).Status.Code);
        Assert.Equal(400, Assert.Throws<ApiException>(() => Decode("[1,2,3]", JsonLimits.Default with { MaxNodes = 3 })).Status.Code);
        Assert.NotNull(Decode("[1,2,3]", JsonLimits.Default with { MaxNodes = 4, MaxBytes = 7 }).Root);
    }

    [Fact]
    public void The_default_limits_refuse_a_body_of_brackets_without_using_up_the_stack() =>
        Assert.Throws<ApiException>(() => Decode(new string('[', 1_000_000)));

    [Theory]
    [InlineData("[]", "array")]
    [InlineData("1", "number")]
    [InlineData("\"a\"", "string")]
    [InlineData("true", "bool")]
    [InlineData("null", "null")]
    public void A_body_that_is_no_object_is_refused(string json, string type) =>
        Assert.Contains($"cannot unmarshal {type} into", Assert.Throws<ApiException>(() => Decode(json).RequireObject()).Message, StringComparison.Ordinal);

    [Fact]
    public void Whatever_is_decoded_and_encoded_stays_the_same() => JsonGen.Value().Sample(json =>
    {
        var bytes = JsonEncoder.Encode(Decode(json).Root);
        return JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(bytes)) && JsonEncoder.Encode(JsonDecoder.Decode(bytes).Root).AsSpan().SequenceEqual(bytes);
    }, iter: 3000);

    [Fact]
    public void Damaged_json_is_decoded_or_refused_and_nothing_else() => JsonGen.Damaged(JsonGen.Value()).Sample(bytes =>
    {
        try
        {
            JsonEncoder.Encode(JsonDecoder.Decode(bytes).Root);
        }
        catch (ApiException e)
        {
            Assert.Equal(400, e.Status.Code);
            Assert.NotEqual("invalid JSON", e.Message);
        }
    }, iter: 20_000);

    [Fact]
    public void Accessors_read_numbers_of_any_origin()
    {
        var node = new JsonObject { ["int"] = 3, ["long"] = 4L, ["short"] = (short)5, ["parsed"] = JsonNode.Parse("6"), ["text"] = "7", ["fraction"] = 1.5 };
        Assert.Equal([3, 4, 5, 6, null, null], new[] { "int", "long", "short", "parsed", "text", "fraction" }.Select(n => node.Int64(n)));
        Assert.Equal("7", node.Text("text"));
        Assert.Null(node.Text("int"));
        Assert.Null(node.Object("text"));
        Assert.Null(node.Bool("absent"));
    }
}
