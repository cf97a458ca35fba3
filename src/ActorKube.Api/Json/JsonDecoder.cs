using System.Text.Json;
using System.Text.Unicode;
using ActorKube.Api.Errors;

namespace ActorKube.Api.Json;

/// <summary>
/// Decodes request bodies into node trees. Field names are case-sensitive, integers of 64 bits and the text of all other numbers are kept
/// exactly, of duplicated fields the last wins and each is reported. Bytes that are not UTF-8 are refused (upstream replaces them);
/// lone surrogate escapes become U+FFFD as upstream.
/// </summary>
public static class JsonDecoder
{
    /// <summary>Decodes one JSON value that fills <paramref name="json"/>.</summary>
    /// <exception cref="ApiException">400 with upstream's description of the first error; 413 when the body is too large.</exception>
    public static DecodedJson Decode(ReadOnlySpan<byte> json, JsonLimits? limits = null)
    {
        limits ??= JsonLimits.Default;
        if (json.Length > limits.MaxBytes)
            throw TooLarge(limits.MaxBytes);
        if (!Utf8.IsValid(json))
            throw ApiErrors.BadRequest("error decoding request body: invalid UTF-8 in JSON");
        try
        {
            return new JsonNodeReader(json, limits).Read();
        }
        catch (JsonException)
        {
            throw ApiErrors.BadRequest(JsonSyntax.Explain(json, limits.MaxDepth));
        }
    }

    /// <summary>413 as upstream words it.</summary>
    public static ApiException TooLarge(long limit) => ApiErrors.RequestEntityTooLarge($"limit is {limit}");

    internal static ApiException TooManyValues(int limit) => ApiErrors.BadRequest($"the request body has more than {limit} values");
}
