using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;

namespace ActorKube.Api.Json;

/// <summary>A decoded request body.</summary>
/// <param name="Root">The value; null for JSON <c>null</c>.</param>
/// <param name="StrictErrors">
/// What is an error under strict field validation and a warning else, in upstream's words (<c>duplicate field "metadata.name"</c>);
/// of a duplicated field the last value won.
/// </param>
public sealed record DecodedJson(JsonNode? Root, ImmutableArray<string> StrictErrors)
{
    /// <summary>The root as an object.</summary>
    /// <exception cref="ApiException">400 when it is anything else.</exception>
    public JsonObject RequireObject() =>
        Root as JsonObject ?? throw ApiErrors.BadRequest($"json: cannot unmarshal {JsonAccess.GoTypeName(Root)} into an object");
}
