using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;

namespace ActorKube.Api.Patching;

/// <summary>
/// A JSON patch (RFC 6902) with upstream's deviations: <c>replace</c> of an absent field adds it, an absent field passes a <c>test</c>
/// for null, indices may count from the end, and only <c>replace</c> and <c>test</c> take the whole document (path <c>""</c>).
/// A parsed patch can be applied any number of times.
/// </summary>
public sealed class JsonPatch
{
    /// <summary>Most operations of one patch, as upstream.</summary>
    public const int MaxOperations = 10_000;

    private readonly ImmutableArray<JsonPatchOperation> _operations;

    private JsonPatch(ImmutableArray<JsonPatchOperation> operations, ImmutableArray<string> strictErrors)
    {
        _operations = operations;
        StrictErrors = strictErrors;
    }

    /// <summary>What is an error under strict field validation and a warning else: duplicated and unknown members.</summary>
    public ImmutableArray<string> StrictErrors { get; }

    /// <summary>Reads a patch.</summary>
    /// <exception cref="ApiException">400: not a list of operations. 413: too many operations, or a body that is too large.</exception>
    public static JsonPatch Parse(ReadOnlySpan<byte> json, JsonLimits? limits = null)
    {
        var decoded = JsonDecoder.Decode(json, limits);
        if (decoded.Root is not JsonArray list)
            throw PatchErrors.Malformed($"json: cannot unmarshal {JsonAccess.GoTypeName(decoded.Root)} into Go value of type jsonpatch.Patch");
        if (list.Count > MaxOperations)
            throw ApiErrors.RequestEntityTooLarge($"The allowed maximum operations in a JSON patch is {MaxOperations}, got {list.Count}");
        var strict = decoded.StrictErrors.Select(e => $"json patch {e}").ToList();
        var operations = ImmutableArray.CreateBuilder<JsonPatchOperation>(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not JsonObject operation)
                throw PatchErrors.Malformed($"json: cannot unmarshal {JsonAccess.GoTypeName(list[i])} into Go value of type jsonpatch.Operation");
            foreach (var (member, _) in operation)
                if (member is not ("op" or "path" or "from" or "value"))
                    strict.Add($"json patch unknown field {GoText.Quote($"[{i}].{member}")}");
            operations.Add(new JsonPatchOperation(operation.Text("op"), operation.Text("path"), operation.Text("from"), operation["value"]));
        }
        return new JsonPatch(operations.MoveToImmutable(), [.. strict]);
    }

    /// <summary>Carries the operations out.</summary>
    /// <param name="document">Changed in place; of no use any more when this fails.</param>
    /// <param name="limits">Bounds of the result's depth.</param>
    /// <returns>The result: <paramref name="document"/>, unless an operation has replaced the whole.</returns>
    /// <exception cref="ApiException">422: an operation does not apply, or a test failed.</exception>
    public JsonObject Apply(JsonObject document, JsonLimits? limits = null)
    {
        var run = new JsonPatchRun(document, limits ?? JsonLimits.Default);
        foreach (var operation in _operations)
            run.Apply(operation);
        return run.Document as JsonObject ?? throw PatchErrors.DoesNotApply("the patched object has to be a JSON object");
    }
}
