using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Yaml;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>From the bytes of a request to an object that its schema knows.</summary>
internal sealed class BodyDecoder(ISchemaPasses schema)
{
    /// <summary>Decodes a body that has to be of one kind.</summary>
    /// <exception cref="ApiException">400: malformed, of another kind, or strictly refused. 413, 415.</exception>
    public JsonObject Decode(ApiRequest request, GroupVersionKind kind, FieldValidation validation)
    {
        var decoded = request.ContentType switch
        {
            "" or "application/json" => JsonDecoder.Decode(request.Body.Span),
            "application/yaml" => YamlDecoder.Decode(request.Body.Span),
            _ => throw ApiErrors.UnsupportedMediaType("application/json", "application/yaml"),
        };
        var obj = decoded.RequireObject();
        CheckKind(obj, kind);
        var unknown = schema.CheckAndPrune(kind, obj);
        Report(decoded.StrictErrors, unknown, kind, validation, request.Warnings);
        return obj;
    }

    /// <summary>The same for an object that came out of a patch.</summary>
    /// <param name="obj">The patched object.</param>
    /// <param name="kind">What it has to be.</param>
    /// <param name="duplicates">Duplicate fields that were found in the patch.</param>
    /// <param name="validation">What becomes of unknown fields.</param>
    /// <param name="warnings">Receives warnings.</param>
    public void CheckPatched(JsonObject obj, GroupVersionKind kind, IReadOnlyList<string> duplicates, FieldValidation validation, WarningList warnings)
    {
        CheckKind(obj, kind);
        Report(duplicates, schema.CheckAndPrune(kind, obj), kind, validation, warnings);
    }

    private static void CheckKind(JsonObject obj, GroupVersionKind kind)
    {
        // Absent type information means the type that belongs to the path.
        var apiVersion = TypeField(obj, "apiVersion", kind.ApiVersion);
        var name = TypeField(obj, "kind", kind.Kind);
        if (name != kind.Kind)
            throw ApiErrors.BadRequest($"{name} in version \"{GroupVersionKind.From(apiVersion, name).Version}\" cannot be handled as a {kind.Kind}: the kind in the data does not match the expected kind");
        if (apiVersion != kind.ApiVersion)
            throw ApiErrors.BadRequest($"the API version in the data ({apiVersion}) does not match the expected API version ({kind.ApiVersion})");
    }

    private static string TypeField(JsonObject obj, string field, string expected)
    {
        if (obj.TryGetPropertyValue(field, out var value) && value is not null)
        {
            var text = value.Text() ?? throw ApiErrors.BadRequest($"couldn't get version/kind; json parse error: json: cannot unmarshal {value.GetValueKind().ToString().ToLowerInvariant()} into Go struct field .{field} of type string");
            if (text.Length > 0)
                return text;
        }
        obj[field] = expected;
        return expected;
    }

    private static void Report(IReadOnlyList<string> duplicates, IReadOnlyList<string> unknown, GroupVersionKind kind, FieldValidation validation, WarningList warnings)
    {
        if (duplicates.Count + unknown.Count == 0 || validation == FieldValidation.Ignore)
            return;
        if (validation == FieldValidation.Strict)
            throw ApiErrors.BadRequest(
                $"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: strict decoding error: {string.Join(", ", duplicates.Concat(unknown))}");
        foreach (var sentence in duplicates.Concat(unknown))
            warnings.Add(sentence);
    }
}
