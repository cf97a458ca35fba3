using System.Collections.Immutable;
using ActorKube.Api.Names;

namespace ActorKube.Api.OpenApi;

/// <summary>A resource as the OpenAPI documents describe it.</summary>
/// <param name="Kind">Group, version and kind of its objects; the list has the same with <c>List</c> appended.</param>
/// <param name="Plural">Lower-case plural.</param>
/// <param name="Namespaced">False for cluster-scoped resources.</param>
/// <param name="Verbs">What discovery says: <c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>, <c>deletecollection</c>.</param>
public sealed record ServedResource(GroupVersionKind Kind, string Plural, bool Namespaced, ImmutableArray<string> Verbs)
{
    /// <summary>Its subresources.</summary>
    public ImmutableArray<ServedSubresource> Subresources { get; init; } = [];
}

/// <summary>A subresource such as <c>status</c> or <c>scale</c>.</summary>
/// <param name="Name">Last segment of the path.</param>
/// <param name="Kind">Kind of the body. A kind that ends in <c>Options</c> marks a connection (<c>exec</c>, <c>proxy</c>), described by its query parameters.</param>
/// <param name="Verbs">What discovery says: <c>get</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>.</param>
public sealed record ServedSubresource(string Name, GroupVersionKind Kind, ImmutableArray<string> Verbs);
