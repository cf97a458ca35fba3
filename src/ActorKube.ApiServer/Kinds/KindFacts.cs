using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds;

/// <summary>What is fixed about a kind: the content of discovery, and how its metadata is kept.</summary>
internal sealed record KindFacts
{
    /// <summary>All verbs, in the order in which upstream's discovery lists them (alphabetical).</summary>
    public static readonly IReadOnlyList<RequestVerb> AllVerbs =
    [
        RequestVerb.Create, RequestVerb.Delete, RequestVerb.DeleteCollection, RequestVerb.Get,
        RequestVerb.List, RequestVerb.Patch, RequestVerb.Update, RequestVerb.Watch,
    ];

    /// <summary>Verbs of kinds that are answered and never stored (reviews).</summary>
    public static readonly IReadOnlyList<RequestVerb> CreateOnly = [RequestVerb.Create];

    /// <summary>Type of the objects.</summary>
    public required GroupVersionKind Kind { get; init; }

    /// <summary>Lower-case plural, the name of the resource.</summary>
    public required string Plural { get; init; }

    /// <summary>Whether objects live in a namespace.</summary>
    public required bool Namespaced { get; init; }

    /// <summary>Lower-case singular; upstream uses the kind's name for all built-in kinds.</summary>
    public string Singular => Kind.Kind.ToLowerInvariant();

    /// <summary>Type of lists.</summary>
    public GroupVersionKind ListKind => Kind with { Kind = Kind.Kind + "List" };

    /// <summary>Resource and version.</summary>
    public GroupVersionResource Resource => new(Kind.Group, Kind.Version, Plural);

    /// <summary>Names kubectl accepts instead, for example <c>cm</c>.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Collections of kinds, for example <c>all</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>What can be done with objects.</summary>
    public IReadOnlyList<RequestVerb> Verbs { get; init; } = AllVerbs;

    /// <summary>Subresources in the order of discovery.</summary>
    public IReadOnlyList<SubresourceFacts> Subresources { get; init; } = [];

    /// <summary>
    /// True when <c>metadata.generation</c> starts at 1 and grows with each change to anything but metadata and status. Upstream does so for kinds
    /// whose controllers report an <c>observedGeneration</c> and for some more.
    /// </summary>
    public bool TracksGeneration { get; init; }

    /// <summary>Where objects are stored when that is not under this version of this group; null for the usual case.</summary>
    public GroupVersionKind? StoredAs { get; init; }

    /// <summary>The resource whose objects these are made from at each read; null for kinds that are stored.</summary>
    public GroupResource? MadeFrom { get; init; }

    /// <summary>The sentence that every request for a kind on its way out is warned with, as upstream words it; null for kinds that stay.</summary>
    public string? Deprecation { get; init; }

    /// <summary>The subresource under <paramref name="name"/>, or null.</summary>
    public SubresourceFacts? Subresource(string name)
    {
        foreach (var subresource in Subresources)
            if (subresource.Name == name)
                return subresource;
        return null;
    }

    /// <summary>True when status is written through <c>/status</c> only.</summary>
    public bool HasStatus => Subresource("status") is not null;
}

/// <summary>One subresource.</summary>
/// <param name="Name">For example <c>scale</c>.</param>
/// <param name="Kind">Type of what is sent and answered.</param>
/// <param name="Verbs">What can be done with it, in the order of discovery.</param>
internal sealed record SubresourceFacts(string Name, GroupVersionKind Kind, IReadOnlyList<RequestVerb> Verbs)
{
    private static readonly IReadOnlyList<RequestVerb> ReadWrite = [RequestVerb.Get, RequestVerb.Patch, RequestVerb.Update];
    private static readonly IReadOnlyList<RequestVerb> Connect = [RequestVerb.Create, RequestVerb.Get];
    private static readonly IReadOnlyList<RequestVerb> Proxy =
        [RequestVerb.Create, RequestVerb.Delete, RequestVerb.Get, RequestVerb.Patch, RequestVerb.Update];

    /// <summary>True for streams and proxies, which an edge serves itself: they never reach the request pipeline.</summary>
    public bool IsConnection { get; private init; }

    /// <summary><c>/status</c> of <paramref name="kind"/>.</summary>
    public static SubresourceFacts Status(GroupVersionKind kind) => new("status", kind, ReadWrite);

    /// <summary><c>/scale</c>.</summary>
    public static SubresourceFacts Scale() => new("scale", new("autoscaling", "v1", "Scale"), ReadWrite);

    /// <summary>A part of the object that is read and written like the object itself.</summary>
    public static SubresourceFacts Part(string name, GroupVersionKind kind) => new(name, kind, ReadWrite);

    /// <summary>A part of the object that can only be replaced.</summary>
    public static SubresourceFacts Replace(string name, GroupVersionKind kind) => new(name, kind, [RequestVerb.Update]);

    /// <summary>Something that is posted to the object.</summary>
    public static SubresourceFacts Post(string name, GroupVersionKind kind) => new(name, kind, [RequestVerb.Create]);

    /// <summary>A stream.</summary>
    public static SubresourceFacts Stream(string name, GroupVersionKind kind) => new(name, kind, Connect) { IsConnection = true };

    /// <summary>A stream that is only read.</summary>
    public static SubresourceFacts Log(GroupVersionKind kind) => new("log", kind, [RequestVerb.Get]) { IsConnection = true };

    /// <summary>A proxy to the object's own server.</summary>
    public static SubresourceFacts ProxyTo(GroupVersionKind options) => new("proxy", options, Proxy) { IsConnection = true };
}
