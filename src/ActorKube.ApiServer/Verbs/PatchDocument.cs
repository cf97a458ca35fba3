using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Patching;
using ActorKube.Api.Schema.Passes;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>A decoded patch, ready to be applied to one state after another.</summary>
internal sealed class PatchDocument
{
    private readonly Func<JsonObject, JsonObject> _apply;

    // Duplicate and unknown members of the patch itself.
    private readonly ImmutableArray<string> _strictErrors;

    private PatchDocument(Func<JsonObject, JsonObject> apply, ImmutableArray<string> strictErrors)
    {
        _apply = apply;
        _strictErrors = strictErrors;
    }

    /// <summary>Reads the patch of a request for objects of a kind.</summary>
    /// <exception cref="ApiException">400: malformed; 413; 415: no patch type we know.</exception>
    public static PatchDocument Read(ApiRequest request, GroupVersionKind kind, KindSchemas schemas)
    {
        switch (request.ContentType)
        {
            case "application/json-patch+json":
                var operations = JsonPatch.Parse(request.Body.Span);
                return new(target => operations.Apply(target), operations.StrictErrors);
            case "application/merge-patch+json":
                var merge = JsonDecoder.Decode(request.Body.Span);
                return new(target => MergePatch.Apply(target, merge.Root), merge.StrictErrors);
            case "application/strategic-merge-patch+json":
                return Strategic(request.Body, schemas.Of(kind));
            default:
                throw ApiErrors.UnsupportedMediaType("application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json");
        }
    }

    /// <summary>Applies the patch and reads what it makes; <paramref name="target"/> is used up.</summary>
    /// <param name="target">What is patched.</param>
    /// <param name="kind">What the result has to be.</param>
    /// <param name="validation">What becomes of unknown and duplicate fields.</param>
    /// <param name="decoder">Reads the result.</param>
    /// <param name="warnings">Receives warnings.</param>
    /// <exception cref="ApiException">422: it does not apply, or its result is no object of its kind.</exception>
    public JsonObject Apply(JsonObject target, GroupVersionKind kind, FieldValidation validation, BodyDecoder decoder, WarningList warnings)
    {
        var patched = _apply(target);
        try
        {
            decoder.Check(patched, kind, _strictErrors, validation, warnings);
            return patched;
        }
        catch (ApiException why) when (why.Is(StatusReason.BadRequest))
        {
            throw MakesNone(patched, why);
        }
    }

    // Upstream's error has neither kind nor name.
    private static ApiException MakesNone(JsonObject patched, ApiException why)
    {
        var errors = new FieldErrors();
        errors.Invalid(FieldPath.Of("patch"), GoText.Json(patched), why.Status.Message);
        return ApiErrors.Invalid("", "", "", errors.Causes);
    }

    // Its parts go into the object as they are. Only who was beaten by another writer reads them again.
    private static PatchDocument Strategic(ReadOnlyMemory<byte> body, IPatchSchema schema)
    {
        var decoded = JsonDecoder.Decode(body.Span);
        var fresh = true;
        return new(target =>
        {
            var patch = fresh ? decoded.Root : JsonDecoder.Decode(body.Span).Root;
            fresh = false;
            return StrategicMergePatch.Apply(target, patch, schema);
        }, decoded.StrictErrors);
    }
}
