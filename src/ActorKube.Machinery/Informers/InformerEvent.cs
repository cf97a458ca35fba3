using ActorKube.Api.Names;

namespace ActorKube.Machinery.Informers;

/// <summary>What an informer tells its handlers, in order. One instance is shared by all of them.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Revision">Every change up to here has been told.</param>
public abstract record InformerEvent(GroupVersionResource Resource, long Revision);

/// <summary>An object came, changed or went.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Revision">Revision of the change.</param>
/// <param name="Old">The state known before; null when the object is new to us.</param>
/// <param name="New">The state now; null when the object is gone.</param>
public sealed record ObjectChanged(GroupVersionResource Resource, long Revision, CachedObject? Old, CachedObject? New) : InformerEvent(Resource, Revision)
{
    /// <summary>The newest known state: after the change, or the last one before the object went.</summary>
    public CachedObject Latest => New ?? Old!;
}

/// <summary>The whole resource has been told once.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Revision">Revision of the list.</param>
public sealed record InformerSynced(GroupVersionResource Resource, long Revision) : InformerEvent(Resource, Revision);

/// <summary>Time went on without a change of interest: the cache is as recent as the revision says.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Revision">The revision.</param>
public sealed record InformerProgressed(GroupVersionResource Resource, long Revision) : InformerEvent(Resource, Revision);
