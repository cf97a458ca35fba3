using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Http.Discovery;

/// <summary>The documents from which clients learn what is served, one by one as <c>/api</c>, <c>/apis</c> and below give them.</summary>
internal static class DiscoveryDocuments
{
    /// <summary><c>/api</c>.</summary>
    public static JsonObject CoreVersions(string serverAddress) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = serverAddress }),
    };

    /// <summary><c>/apis</c>.</summary>
    public static JsonObject GroupList(KindRegistry kinds) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. Groups(kinds).Select(g => (JsonNode)GroupContent(g.Group, g.Versions))]),
    };

    /// <summary><c>/apis/GROUP</c>, or null when the group is not served.</summary>
    public static JsonObject? Group(KindRegistry kinds, string group)
    {
        var found = Groups(kinds).FirstOrDefault(g => g.Group == group);
        if (found.Versions is null)
            return null;
        var document = new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1" };
        foreach (var (name, value) in GroupContent(found.Group, found.Versions).ToArray())
            document[name] = value?.DeepClone();
        return document;
    }

    /// <summary><c>/api/v1</c> and <c>/apis/GROUP/VERSION</c>, or null when the version is not served.</summary>
    public static JsonObject? Resources(KindRegistry kinds, string group, string version)
    {
        var members = kinds.Resources.Where(r => r.Resource.Group == group && r.Resource.Version == version).OrderBy(r => r.Facts.Plural, StringComparer.Ordinal).ToArray();
        if (members.Length == 0)
            return null;
        var document = new JsonObject { ["kind"] = "APIResourceList" };
        if (group.Length > 0)
            document["apiVersion"] = "v1";
        document["groupVersion"] = members[0].Resource.ApiVersion;
        document["resources"] = new JsonArray([.. members.SelectMany(Entries)]);
        return document;
    }

    /// <summary>Groups other than core with their versions, the preferred one first.</summary>
    public static IEnumerable<(string Group, string[] Versions)> Groups(KindRegistry kinds) =>
        kinds.Resources
            .Where(r => r.Resource.Group.Length > 0)
            .GroupBy(r => r.Resource.Group)
            .Select(g => (g.Key, Versions(g)));

    /// <summary>The versions of one group, the preferred one first.</summary>
    public static string[] Versions(IEnumerable<ServedResource> members) =>
        [.. members.Select(m => m.Resource.Version).Distinct().OrderDescending(StringComparer.Ordinal)];

    /// <summary>Verbs as discovery writes them.</summary>
    public static JsonArray Verbs(IEnumerable<RequestVerb> verbs) => new([.. verbs.Select(v => (JsonNode)v.Name())]);

    /// <summary>A list of names, or null when it is empty (absent in the document).</summary>
    public static JsonArray? Names(IReadOnlyList<string> names) => names.Count == 0 ? null : new JsonArray([.. names.Select(n => (JsonNode)n)]);

    private static JsonObject GroupContent(string group, string[] versions) => new()
    {
        ["name"] = group,
        ["versions"] = new JsonArray([.. versions.Select(v => (JsonNode)Version(group, v))]),
        ["preferredVersion"] = Version(group, versions[0]),
    };

    private static JsonObject Version(string group, string version) => new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };

    private static IEnumerable<JsonNode> Entries(ServedResource resource)
    {
        var facts = resource.Facts;
        var entry = new JsonObject
        {
            ["name"] = facts.Plural,
            ["singularName"] = facts.Singular,
            ["namespaced"] = facts.Namespaced,
            ["kind"] = facts.Kind.Kind,
            ["verbs"] = Verbs(facts.Verbs),
        };
        if (Names(facts.ShortNames) is { } shortNames)
            entry["shortNames"] = shortNames;
        if (Names(facts.Categories) is { } categories)
            entry["categories"] = categories;
        yield return entry;
        foreach (var subresource in facts.Subresources.OrderBy(s => s.Name, StringComparer.Ordinal))
            yield return Entry(facts, subresource);
    }

    private static JsonObject Entry(KindFacts facts, SubresourceFacts subresource)
    {
        var entry = new JsonObject { ["name"] = $"{facts.Plural}/{subresource.Name}", ["singularName"] = "", ["namespaced"] = facts.Namespaced };
        if (!IsOf(subresource.Kind, facts.Kind))
        {
            entry["group"] = subresource.Kind.Group;
            entry["version"] = subresource.Kind.Version;
        }
        entry["kind"] = subresource.Kind.Kind;
        entry["verbs"] = Verbs(subresource.Verbs);
        return entry;
    }

    private static bool IsOf(GroupVersionKind kind, GroupVersionKind parent) => kind.Group == parent.Group && kind.Version == parent.Version;
}
