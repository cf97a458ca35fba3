using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;

namespace ActorKube.Controllers.GarbageCollection;

/// <summary>
/// The collector works on objects of all resources, so its keys name the resource too: <c>replicasets.apps</c> as namespace, <c>default/web</c> as name.
/// </summary>
internal static class GcKeys
{
    public static ObjectKey Of(GroupResource resource, ObjectKey item) => new(resource.ToString(), item.ToString());

    public static (GroupResource Resource, ObjectKey Item) Read(ObjectKey key) => (GroupResource.Parse(key.Namespace), ObjectKey.Parse(key.Name));
}

/// <summary>What an owner reference can point to, from what the API serves.</summary>
internal sealed class OwnerResolver
{
    // Nothing that matters owns them or is owned by them; they come and go by the thousand.
    private static readonly HashSet<GroupResource> Ignored = [new("", "events"), new("events.k8s.io", "events"), new("", "bindings"), new("", "componentstatuses")];

    private readonly Dictionary<(string Group, string Kind), ServedResource> _byKind = [];
    private readonly Dictionary<GroupResource, ServedResource> _byResource = [];

    public OwnerResolver(IEnumerable<ServedResource> served)
    {
        foreach (var resource in served)
        {
            _byKind.TryAdd((resource.Resource.Group, resource.Kind), resource);
            if (IsCollected(resource))
                _byResource.TryAdd(resource.Resource.Resource, resource);
        }
    }

    /// <summary>The resources whose objects are collected.</summary>
    public IReadOnlyCollection<ServedResource> Collected => _byResource.Values;

    /// <summary>The resource an owner is found in; null when its kind is not served.</summary>
    public ServedResource? ResourceOf(OwnerReference owner) => _byKind.GetValueOrDefault((GroupVersionKind.From(owner.ApiVersion, owner.Kind).Group, owner.Kind));

    /// <summary>A collected resource; null when it is not.</summary>
    public ServedResource? Find(GroupResource resource) => _byResource.GetValueOrDefault(resource);

    /// <summary>Key of the owner of an object in a namespace.</summary>
    public static ObjectKey KeyOf(ServedResource resource, OwnerReference owner, string ns) => new(resource.Namespaced ? ns : "", owner.Name);

    /// <summary>The owner as the caches know it, whatever its uid; null when they do not.</summary>
    public CachedObject? Cached(ServedResource resource, OwnerReference owner, string ns, Func<GroupVersionResource, CacheView> of) =>
        _byResource.ContainsKey(resource.Resource.Resource) ? of(resource.Resource).Find(KeyOf(resource, owner, ns)) : null;

    private static bool IsCollected(ServedResource resource) => resource.Supports("list", "watch", "delete") && !Ignored.Contains(resource.Resource.Resource);
}
