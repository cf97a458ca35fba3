using System.Collections.Frozen;
using ActorKube.Api.Names;

namespace ActorKube.ApiServer.Kinds;

/// <summary>Every resource that is served. Immutable; custom resources come as a new registry.</summary>
internal sealed class KindRegistry
{
    private readonly FrozenDictionary<GroupVersionResource, ServedResource> _byResource;
    private readonly FrozenDictionary<GroupVersionKind, ServedResource> _byKind;

    /// <summary>Indexes <paramref name="resources"/>, whose order becomes that of discovery.</summary>
    /// <exception cref="ArgumentException">Two of them have the same kind or the same plural within a version, or a stored version is not served.</exception>
    public KindRegistry(IEnumerable<ServedResource> resources)
    {
        Resources = [.. resources];
        var byResource = new Dictionary<GroupVersionResource, ServedResource>();
        var byKind = new Dictionary<GroupVersionKind, ServedResource>();
        foreach (var resource in Resources)
        {
            if (!byResource.TryAdd(resource.Resource, resource))
                throw new ArgumentException($"{resource.Resource} is registered twice.", nameof(resources));
            if (!byKind.TryAdd(resource.Kind, resource))
                throw new ArgumentException($"{resource.Kind} is registered twice.", nameof(resources));
        }
        foreach (var resource in Resources)
            if (!byKind.ContainsKey(resource.StorageKind))
                throw new ArgumentException($"{resource.Kind} is stored as {resource.StorageKind}, which is not registered.", nameof(resources));
        _byResource = byResource.ToFrozenDictionary();
        _byKind = byKind.ToFrozenDictionary();
    }

    /// <summary>The built-in resources.</summary>
    public static KindRegistry BuiltIn(KindOptions options) => new(BuiltInKinds.All(options));

    /// <summary>All resources, grouped by API version, in the order of discovery.</summary>
    public IReadOnlyList<ServedResource> Resources { get; }

    /// <summary>The resource under a plural, or null when it is not served.</summary>
    public ServedResource? Find(GroupVersionResource resource) => _byResource.GetValueOrDefault(resource);

    /// <summary>The resource of a kind, or null when it is not served.</summary>
    public ServedResource? Find(GroupVersionKind kind) => _byKind.GetValueOrDefault(kind);
}
