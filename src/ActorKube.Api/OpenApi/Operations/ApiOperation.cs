using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Api.Schema;

namespace ActorKube.Api.OpenApi.Operations;

/// <summary>One operation of a path, independent of the version of OpenAPI it is written in.</summary>
internal sealed record ApiOperation(string Method, string Id, string Description, string Tag)
{
    /// <summary>Value of <c>x-kubernetes-action</c>.</summary>
    public string? Action { get; init; }

    /// <summary>Value of <c>x-kubernetes-group-version-kind</c>.</summary>
    public GroupVersionKind? Kind { get; init; }

    public ImmutableArray<ApiParameter> Parameters { get; init; } = [];
    public ApiBody? Body { get; init; }
    public ImmutableArray<string> Consumes { get; init; } = MediaTypes.Any;
    public ImmutableArray<string> Produces { get; init; } = MediaTypes.Objects;

    /// <summary>Schema of the answer; null for text.</summary>
    public SchemaNode? Result { get; init; }

    /// <summary>The codes of success.</summary>
    public ImmutableArray<int> Codes { get; init; } = [200];
}

/// <summary>What a request carries.</summary>
internal sealed record ApiBody(SchemaNode Schema, bool Required, string? Shared = null);

/// <summary>A path, the parameters of all its operations, and those.</summary>
internal sealed record ApiPath(string Path, ImmutableArray<ApiParameter> Parameters, ImmutableArray<ApiOperation> Operations);

/// <summary>Media types as the documents list them.</summary>
internal static class MediaTypes
{
    public static readonly ImmutableArray<string> Any = ["*/*"];
    public static readonly ImmutableArray<string> Json = ["application/json"];
    public static readonly ImmutableArray<string> Objects = ["application/json", "application/yaml"];
    public static readonly ImmutableArray<string> Lists = ["application/json", "application/yaml", "application/json;stream=watch"];
    public static readonly ImmutableArray<string> Logs = ["text/plain", "application/json", "application/yaml"];
    public static readonly ImmutableArray<string> Patches =
        ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"];
}
