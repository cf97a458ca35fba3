using System.Text.Json.Nodes;

namespace ActorKube.Api.Patching;

/// <summary>One operation of a JSON patch as it was sent; absent members are null.</summary>
/// <param name="Op">What to do.</param>
/// <param name="Path">Where.</param>
/// <param name="From">From where, for <c>move</c> and <c>copy</c>.</param>
/// <param name="Value">The value; belongs to the patch, so that it is copied when it goes into a document.</param>
internal sealed record JsonPatchOperation(string? Op, string? Path, string? From, JsonNode? Value);
