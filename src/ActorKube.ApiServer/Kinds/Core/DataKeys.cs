using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>The rules that the data of config maps and secrets share.</summary>
internal static class DataKeys
{
    /// <summary>Checks one key.</summary>
    public static void Check(FieldPath path, string key, FieldErrors errors) => errors.Invalid(path, key, KeyNames.ConfigMapKey(key));

    /// <summary>Bytes of a text value.</summary>
    public static long TextBytes(JsonNode? value) => value.Text() is { } text ? Encoding.UTF8.GetByteCount(text) : 0;

    /// <summary>Bytes that a base64 value stands for.</summary>
    public static long DecodedBytes(JsonNode? value) => value.Text() is { } text ? (text.Length / 4 * 3) - (text.EndsWith("==", StringComparison.Ordinal) ? 2 : text.EndsWith('=') ? 1 : 0) : 0;

    /// <summary>Once <c>immutable</c> is true, neither it nor the data can change.</summary>
    public static void CheckImmutable(JsonObject obj, JsonObject old, ReadOnlySpan<string> parts, FieldErrors errors)
    {
        if (old.Bool("immutable") != true)
            return;
        if (obj.Bool("immutable") != true)
            errors.Forbidden(FieldPath.Of("immutable"), "field is immutable when `immutable` is set");
        foreach (var part in parts)
            if (!JsonEquality.Same(obj[part] ?? new JsonObject(), old[part] ?? new JsonObject()))
                errors.Forbidden(FieldPath.Of(part), "field is immutable when `immutable` is set");
    }
}
