using ActorKube.Api.Names;

namespace ActorKube.Machinery.Client;

/// <summary>One resource that the API serves, in its preferred version.</summary>
/// <param name="Resource">The address.</param>
/// <param name="Kind">Kind of its objects.</param>
/// <param name="Namespaced">Whether its objects live in namespaces.</param>
/// <param name="Verbs">What may be done with it: <c>list</c>, <c>watch</c>, <c>delete</c>, <c>deletecollection</c> …</param>
public sealed record ServedResource(GroupVersionResource Resource, string Kind, bool Namespaced, IReadOnlySet<string> Verbs)
{
    /// <summary>The type of its objects.</summary>
    public GroupVersionKind GroupVersionKind => new(Resource.Group, Resource.Version, Kind);

    /// <summary>True when every one of the verbs is served.</summary>
    public bool Supports(params ReadOnlySpan<string> verbs)
    {
        foreach (var verb in verbs)
            if (!Verbs.Contains(verb))
                return false;
        return true;
    }
}

/// <summary>What discovery knows: controllers that work on every resource, whatever adds it, follow this.</summary>
public interface IResourceCatalog
{
    /// <summary>The resources served now, without subresources. A new list whenever something changed.</summary>
    IReadOnlyList<ServedResource> Current { get; }

    /// <summary>Calls back after every change until disposed.</summary>
    IDisposable OnChange(Action changed);
}
