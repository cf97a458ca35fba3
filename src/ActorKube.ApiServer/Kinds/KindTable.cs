using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds;

/// <summary>Short forms in which the registry's tables are written.</summary>
internal static class KindTable
{
    /// <summary>The category that <c>kubectl get all</c> asks for.</summary>
    public const string All = "all";

    /// <summary>The category of what extends the API.</summary>
    public const string ApiExtensions = "api-extensions";

    /// <summary>Facts of a namespaced kind.</summary>
    public static KindFacts Namespaced(string apiVersion, string kind, string plural, params IReadOnlyList<string> shortNames) =>
        new() { Kind = GroupVersionKind.From(apiVersion, kind), Plural = plural, Namespaced = true, ShortNames = shortNames };

    /// <summary>Facts of a cluster-scoped kind.</summary>
    public static KindFacts ClusterScoped(string apiVersion, string kind, string plural, params IReadOnlyList<string> shortNames) =>
        new() { Kind = GroupVersionKind.From(apiVersion, kind), Plural = plural, Namespaced = false, ShortNames = shortNames };

    /// <summary>Adds <c>/status</c>.</summary>
    public static KindFacts WithStatus(this KindFacts facts) => facts.With(SubresourceFacts.Status(facts.Kind));

    /// <summary>Adds <c>/scale</c>.</summary>
    public static KindFacts WithScale(this KindFacts facts) => facts.With(SubresourceFacts.Scale());

    /// <summary>Adds subresources and keeps discovery's order, which is alphabetical.</summary>
    public static KindFacts With(this KindFacts facts, params ReadOnlySpan<SubresourceFacts> subresources)
    {
        List<SubresourceFacts> all = [.. facts.Subresources, .. subresources];
        all.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return facts with { Subresources = all };
    }

    /// <summary>Adds categories.</summary>
    public static KindFacts In(this KindFacts facts, params IReadOnlyList<string> categories) => facts with { Categories = categories };

    /// <summary>Generations are counted.</summary>
    public static KindFacts Counted(this KindFacts facts) => facts with { TracksGeneration = true };

    /// <summary>Limits the verbs.</summary>
    public static KindFacts Only(this KindFacts facts, params IReadOnlyList<RequestVerb> verbs) => facts with { Verbs = verbs };

    /// <summary>Requests for the kind are warned.</summary>
    /// <param name="facts">The kind.</param>
    /// <param name="since">The release that gave it up, for example <c>v1.33</c>.</param>
    /// <param name="successor">Version and kind to use instead; null where there are none.</param>
    public static KindFacts DeprecatedSince(this KindFacts facts, string since, string? successor = null) =>
        facts with { Deprecation = $"{facts.Kind.ApiVersion} {facts.Kind.Kind} is deprecated in {since}+{(successor is null ? "" : "; use " + successor)}" };

    /// <summary>A kind without behaviour of its own.</summary>
    public static GenericStrategy Generic(this KindFacts facts) => new(facts);
}
