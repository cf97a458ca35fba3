using ActorKube.Api.Names;

namespace ActorKube.Machinery.Client;

/// <summary>Where an object or one of its subresources is found.</summary>
/// <param name="Resource">Resource and version.</param>
/// <param name="Namespace">Namespace; empty for cluster-scoped objects.</param>
/// <param name="Name">Name; empty only when creating.</param>
/// <param name="Subresource">For example <c>status</c>; empty for the object itself.</param>
public readonly record struct ObjectAddress(GroupVersionResource Resource, string Namespace, string Name, string Subresource = "")
{
    /// <summary>The address of an object by key.</summary>
    public static ObjectAddress Of(GroupVersionResource resource, ObjectKey key, string subresource = "") => new(resource, key.Namespace, key.Name, subresource);

    /// <summary>Namespace and name.</summary>
    public ObjectKey Key => new(Namespace, Name);
}
