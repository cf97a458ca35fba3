using ActorKube.Api.Names;
using ActorKube.Api.OpenApi.Operations;
using ActorKube.Api.Schema;

namespace ActorKube.Api.OpenApi;

/// <summary>What a document is about: its paths and the definitions they need.</summary>
internal sealed class DocumentModel
{
    // These are known in every group and version: clients send and receive them under any.
    private static readonly string[] Everywhere = ["DeleteOptions", "WatchEvent"];

    private readonly GroupVersionKind[] _versions;

    private DocumentModel(IEnumerable<ApiPath> paths, IReadOnlyCollection<ServedResource> resources, SchemaRegistry schemas)
    {
        Paths = [.. paths.OrderBy(p => p.Path, StringComparer.Ordinal)];
        _versions = [.. resources.Select(r => r.Kind with { Kind = "" }).Distinct().OrderBy(v => v.Group, StringComparer.Ordinal).ThenBy(v => v.Version, StringComparer.Ordinal)];
        foreach (var operation in Paths.SelectMany(p => p.Operations))
        {
            Definitions.Add(operation.Body?.Schema);
            Definitions.Add(operation.Result);
        }
        if (resources.Any(r => r.Verbs.Contains("watch")))
            Definitions.Add(schemas.Find(new GroupVersionKind("", "v1", "WatchEvent")) ?? SchemaRegistry.Definition("io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent"));
    }

    public IReadOnlyList<ApiPath> Paths { get; }

    public DefinitionSet Definitions { get; } = new();

    /// <summary>Everything that is served.</summary>
    public static DocumentModel Whole(IReadOnlyCollection<ServedResource> resources, SchemaRegistry schemas)
    {
        var versions = resources.Select(r => r.Kind with { Kind = "" }).Distinct().ToArray();
        var discovery = versions.Select(DiscoveryPaths.Resources)
            .Concat(versions.Select(v => v.Group).Where(g => g.Length > 0).Distinct().Select(DiscoveryPaths.Group))
            .Concat([DiscoveryPaths.Core, DiscoveryPaths.Groups, DiscoveryPaths.Version]);
        return new DocumentModel(discovery.Concat(resources.SelectMany(r => new ResourcePaths(r, schemas).All())), resources, schemas);
    }

    /// <summary>One group and version.</summary>
    public static DocumentModel Of(GroupVersionKind version, IReadOnlyCollection<ServedResource> resources, SchemaRegistry schemas)
    {
        var served = resources.Where(r => (r.Kind with { Kind = "" }) == version).ToArray();
        return new DocumentModel(served.SelectMany(r => new ResourcePaths(r, schemas).All()).Prepend(DiscoveryPaths.Resources(version)), served, schemas);
    }

    /// <summary>The kinds that a definition is published under.</summary>
    public IEnumerable<GroupVersionKind> KindsOf(SchemaObject definition) =>
        Everywhere.FirstOrDefault(k => definition.Name!.EndsWith(".meta.v1." + k, StringComparison.Ordinal)) is { } kind
            ? _versions.Select(v => v with { Kind = kind })
            : definition.Kinds;
}
