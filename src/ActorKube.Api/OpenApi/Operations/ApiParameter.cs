namespace ActorKube.Api.OpenApi.Operations;

/// <summary>A query or path parameter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="In"><c>query</c> or <c>path</c>.</param>
/// <param name="Type">OpenAPI type.</param>
/// <param name="Description">For people.</param>
/// <param name="Shared">Key among the shared parameters of a v2 document; null for one that stands in the operation itself.</param>
internal sealed record ApiParameter(string Name, string In, string Type, string Description, string? Shared = null)
{
    public bool Required => In == "path";
}
