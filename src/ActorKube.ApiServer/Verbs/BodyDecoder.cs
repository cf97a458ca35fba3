using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Protobuf;
using ActorKube.Api.Schema.Passes;
using ActorKube.Api.Yaml;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>From the bytes of a request to an object that its schema knows.</summary>
internal sealed class BodyDecoder(KindSchemas schemas)
{
    private const int MostShown = 30;

    /// <summary>Decodes a body that has to be of one kind: unknown fields dropped, types checked, no defaults yet.</summary>
    /// <exception cref="ApiException">400: malformed, of another kind, or strictly refused. 413, 415.</exception>
    public JsonObject Decode(ApiRequest request, GroupVersionKind kind, FieldValidation validation)
    {
        DecodedJson decoded;
        JsonObject obj;
        try
        {
            decoded = Read(request, kind);
            obj = decoded.RequireObject();
        }
        catch (ApiException why) when (why.Is(StatusReason.BadRequest) && request.ContentType != ProtobufDecoder.MediaType)
        {
            throw Unrecognized(request, kind, why.Status.Message);
        }
        Check(obj, kind, decoded.StrictErrors, validation, request.Warnings);
        return obj;
    }

    // Nobody knows yet what it was to be; upstream shows how it begins.
    private static ApiException Unrecognized(ApiRequest request, GroupVersionKind kind, string why)
    {
        var body = request.Body.Span;
        var shown = body[..Math.Min(body.Length, MostShown)];
        var summary = body.IsEmpty ? "<empty>" : body[0] == (byte)'{' ? Encoding.UTF8.GetString(shown) : Convert.ToHexStringLower(shown);
        var step = request.ContentType == "application/yaml" ? "" : "couldn't get version/kind; json parse error: ";
        return ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {kind.Kind}): {step}{why} ({summary}{(body.Length > MostShown ? " ..." : "")})");
    }

    /// <summary>Reads a body in whichever form it has; custom resources have no protobuf form.</summary>
    /// <exception cref="ApiException">400: malformed. 413, 415.</exception>
    public static DecodedJson Read(ApiRequest request, GroupVersionKind kind) => request.ContentType switch
    {
        "" or "application/json" => JsonDecoder.Decode(request.Body.Span),
        "application/yaml" => YamlDecoder.Decode(request.Body.Span),
        ProtobufDecoder.MediaType when ProtobufDecoder.Knows(kind) => new DecodedJson(ProtobufDecoder.Decode(request.Body.Span, kind), []),
        _ => throw ApiErrors.UnsupportedMediaType("application/json", "application/yaml", ProtobufDecoder.MediaType),
    };

    /// <summary>The same for an object that is there already, for example because a patch made it.</summary>
    /// <param name="obj">The object; changed in place.</param>
    /// <param name="kind">What it has to be.</param>
    /// <param name="duplicates">Duplicate fields that were found in its text.</param>
    /// <param name="validation">What becomes of unknown and duplicate fields.</param>
    /// <param name="warnings">Receives warnings.</param>
    public void Check(JsonObject obj, GroupVersionKind kind, ImmutableArray<string> duplicates, FieldValidation validation, WarningList warnings)
    {
        CheckKind(obj, kind);
        var result = SchemaDecoder.Decode(schemas.Of(kind), obj, validation, duplicates);
        if (result.Error is not null)
            throw result.Error;
        foreach (var sentence in result.Warnings)
            warnings.Add(sentence);
    }

    private static void CheckKind(JsonObject obj, GroupVersionKind kind)
    {
        // Absent type information means the type that belongs to the path.
        var apiVersion = TypeField(obj, "apiVersion", kind.ApiVersion);
        var name = TypeField(obj, "kind", kind.Kind);
        if (name != kind.Kind)
            throw ApiErrors.BadRequest(
                $"{name} in version \"{GroupVersionKind.From(apiVersion, name).Version}\" cannot be handled as a {kind.Kind}: the kind in the data does not match the expected kind");
        if (apiVersion != kind.ApiVersion)
            throw ApiErrors.BadRequest($"the API version in the data ({apiVersion}) does not match the expected API version ({kind.ApiVersion})");
    }

    private static string TypeField(JsonObject obj, string field, string expected)
    {
        if (obj.TryGetPropertyValue(field, out var value) && value is not null)
        {
            var text = value.Text() ?? throw ApiErrors.BadRequest($"couldn't get version/kind; json parse error: {field} has to be a string");
            if (text.Length > 0)
                return text;
        }
        obj[field] = expected;
        return expected;
    }
}
