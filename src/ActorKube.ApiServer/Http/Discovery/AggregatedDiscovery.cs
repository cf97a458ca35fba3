using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Http.Discovery;

/// <summary>Everything that is served in one document (<c>apidiscovery.k8s.io</c>), which current clients ask for.</summary>
internal static class AggregatedDiscovery
{
    // Clients before 1.30 ask for the beta only; the documents differ in nothing but their version.
    private static readonly string[] Versions = ["v2", "v2beta1"];

    /// <summary>Media type of an answer.</summary>
    public static string MediaType(string version) => $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList";

    /// <summary>The version that an Accept header asks for, the first one that is served; null when it asks for none.</summary>
    public static string? Version(string accept)
    {
        foreach (var clause in accept.Split(','))
            if (clause.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal)
                && clause.Contains("g=apidiscovery.k8s.io", StringComparison.Ordinal)
                && clause.Split(';').Select(static p => p.Trim()).FirstOrDefault(static p => p.StartsWith("v=", StringComparison.Ordinal)) is { } version
                && Versions.Contains(version["v=".Length..]))
                return version["v=".Length..];
        return null;
    }

    /// <summary>The document for the core group (<c>/api</c>) or for all others (<c>/apis</c>).</summary>
    public static JsonObject Document(KindRegistry kinds, string version, bool core)
    {
        var groups = kinds.Resources.Where(r => (r.Resource.Group.Length == 0) == core).GroupBy(r => r.Resource.Group);
        return new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = $"apidiscovery.k8s.io/{version}",
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. groups.Select(g => (JsonNode)Group(g.Key, [.. g]))]),
        };
    }

    private static JsonObject Group(string group, ServedResource[] members)
    {
        var metadata = new JsonObject { ["creationTimestamp"] = null };
        if (group.Length > 0)
            metadata["name"] = group;
        return new JsonObject
        {
            ["metadata"] = metadata,
            ["versions"] = new JsonArray([.. DiscoveryDocuments.Versions(members).Select(v => (JsonNode)Version(v, members))]),
        };
    }

    private static JsonObject Version(string version, ServedResource[] members) => new()
    {
        ["version"] = version,
        ["resources"] = new JsonArray([.. members
            .Where(m => m.Resource.Version == version)
            .OrderBy(m => m.Facts.Plural, StringComparer.Ordinal)
            .Select(m => (JsonNode)Resource(m.Facts))]),
        ["freshness"] = "Current",
    };

    private static JsonObject Resource(KindFacts facts)
    {
        var resource = new JsonObject
        {
            ["resource"] = facts.Plural,
            ["responseKind"] = Kind(facts.Kind),
            ["scope"] = facts.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = facts.Singular,
            ["verbs"] = DiscoveryDocuments.Verbs(facts.Verbs),
        };
        if (DiscoveryDocuments.Names(facts.ShortNames) is { } shortNames)
            resource["shortNames"] = shortNames;
        if (DiscoveryDocuments.Names(facts.Categories) is { } categories)
            resource["categories"] = categories;
        if (facts.Subresources.Count > 0)
            resource["subresources"] = new JsonArray([.. facts.Subresources.OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => (JsonNode)Subresource(s))]);
        return resource;
    }

    private static JsonObject Subresource(SubresourceFacts facts) => new()
    {
        ["subresource"] = facts.Name,
        ["responseKind"] = Kind(facts.Kind),
        ["verbs"] = DiscoveryDocuments.Verbs(facts.Verbs),
    };

    private static JsonObject Kind(GroupVersionKind kind) => new() { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind };
}
