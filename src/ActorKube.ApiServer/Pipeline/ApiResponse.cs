using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Pipeline;

/// <summary>What the pipeline answers when a request succeeds; failures are <see cref="Api.Errors.ApiException"/>.</summary>
public abstract record ApiResponse;

/// <summary>One stored object.</summary>
/// <param name="Object">The object.</param>
/// <param name="Code">200, 201 when created, 202 when a deletion waits.</param>
public sealed record ObjectResponse(StoredObject Object, int Code = 200) : ApiResponse;

/// <summary>A document that is not stored as such: Scale, Status, TokenRequest, access reviews.</summary>
/// <param name="Document">The document.</param>
/// <param name="Code">HTTP status code.</param>
public sealed record DocumentResponse(JsonObject Document, int Code = 200) : ApiResponse
{
    /// <summary>The stored object that the document is about, in its last state, for callers in this process; null when there is none.</summary>
    public StoredObject? About { get; init; }
}

/// <summary>Objects of one cut.</summary>
/// <param name="ListKind">Type of the list, for example <c>v1, Kind=PodList</c>.</param>
/// <param name="Items">The objects in order; enumerated once, while the answer is written.</param>
/// <param name="Revision">Revision of the cut.</param>
public sealed record ListResponse(GroupVersionKind ListKind, IEnumerable<StoredObject> Items, long Revision) : ApiResponse
{
    /// <summary>Asked after the items were enumerated: the token of the next page, or null at the end.</summary>
    public required Func<ListEnd> End { get; init; }
}

/// <summary>The end of a page.</summary>
/// <param name="Continue">Token of the next page; null at the end.</param>
/// <param name="RemainingItemCount">How many objects follow; null when not known.</param>
public sealed record ListEnd(string? Continue, long? RemainingItemCount);

/// <summary>A stream of changes.</summary>
/// <param name="Watch">The stream; whoever writes the answer disposes it.</param>
/// <param name="Kind">Type of the objects, for bookmarks.</param>
public sealed record WatchResponse(IResourceWatch Watch, GroupVersionKind Kind) : ApiResponse
{
    /// <summary>Objects to send first as ADDED; null when the client did not ask for them.</summary>
    public IEnumerable<StoredObject>? Initial { get; init; }

    /// <summary>Revision of <see cref="Initial"/>.</summary>
    public long InitialRevision { get; init; }

    /// <summary>True when a bookmark with the annotation <c>k8s.io/initial-events-end</c> has to follow the initial objects.</summary>
    public bool MarkInitialEnd { get; init; }

    /// <summary>Whether bookmarks may be sent.</summary>
    public bool Bookmarks { get; init; }

    /// <summary>How long the watch lasts.</summary>
    public required TimeSpan Duration { get; init; }
}
