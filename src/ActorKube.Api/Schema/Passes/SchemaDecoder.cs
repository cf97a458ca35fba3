using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;

namespace ActorKube.Api.Schema.Passes;

/// <summary>What is done to an object that a client sent, before anything looks at it: read against its schema, pruned, and given its static defaults.</summary>
public static class SchemaDecoder
{
    /// <summary>
    /// Reads <paramref name="value"/> in place: unknown fields and nulls are dropped, types are checked, quantities, times and binary data
    /// take the form in which they are stored, static defaults are filled in.
    /// </summary>
    /// <param name="schema">Schema of the kind.</param>
    /// <param name="value">The object; changed. Worthless after an error.</param>
    /// <param name="validation">What happens about unknown and duplicated fields.</param>
    /// <param name="duplicates">What the JSON decoder already found, in its words (<c>duplicate field "spec"</c>).</param>
    public static SchemaDecodeResult Prepare(SchemaNode schema, JsonObject value, FieldValidation validation, ImmutableArray<string> duplicates = default)
    {
        var result = Decode(schema, value, validation, duplicates);
        if (result.Error is null)
            Defaulter.Apply(schema, value);
        return result;
    }

    /// <summary>As <see cref="Prepare"/>, without defaults.</summary>
    /// <inheritdoc cref="Prepare" path="/param"/>
    public static SchemaDecodeResult Decode(SchemaNode schema, JsonObject value, FieldValidation validation, ImmutableArray<string> duplicates = default)
    {
        var pass = new DecodePass(schema, validation != FieldValidation.Ignore);
        pass.Run(value);
        if (pass.TypeError is { } wrong)
            return new SchemaDecodeResult([], Refuse(value, wrong));
        if (validation == FieldValidation.Ignore || (pass.Unknown.Count == 0 && duplicates.IsDefaultOrEmpty))
            return SchemaDecodeResult.Clean;
        ImmutableArray<string> found = duplicates.IsDefaultOrEmpty ? [.. pass.Unknown] : [.. duplicates, .. pass.Unknown];
        return validation == FieldValidation.Warn
            ? new SchemaDecodeResult(found, null)
            : new SchemaDecodeResult([], Refuse(value, $"strict decoding error: {string.Join(", ", found)}"));
    }

    private static ApiException Refuse(JsonObject value, string why)
    {
        var kind = value.Text("kind") ?? "";
        var apiVersion = value.Text("apiVersion") ?? "";
        return ApiErrors.BadRequest($"{kind} in version \"{apiVersion[(apiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..]}\" cannot be handled as a {kind}: {why}");
    }
}
