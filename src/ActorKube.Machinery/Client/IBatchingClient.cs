using ActorKube.Api.Errors;
using ActorKube.Api.Names;

namespace ActorKube.Machinery.Client;

/// <summary>
/// A client for which many patches cost less together than one by one. Use <see cref="ResourceClientPatching.PatchManyAsync"/>, which does for every client.
/// </summary>
public interface IBatchingClient : IResourceClient
{
    /// <summary>Patches objects of one resource. Each patch is a request of its own: with the same rights, checks and conflicts, and with its own outcome. One that fails does not touch the others.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="subresource">The part that is patched; empty for the objects themselves.</param>
    /// <param name="type">Type of all patches.</param>
    /// <param name="patches">The patches, of different objects: they are carried out in no order. At most <see cref="ObjectPatch.MostTogether"/>.</param>
    /// <param name="options">Options of every write.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <returns>Outcomes in the order of the patches.</returns>
    /// <exception cref="ApiException">None was carried out, or the outcome of all is unknown.</exception>
    ValueTask<IReadOnlyList<PatchOutcome>> PatchManyAsync(
        GroupVersionResource resource, string subresource, PatchType type, IReadOnlyList<ObjectPatch> patches, WriteOptions? options = null, CancellationToken cancel = default);
}

/// <summary>A patch of one object among many.</summary>
/// <param name="Key">The object.</param>
/// <param name="Patch">The patch as JSON.</param>
public readonly record struct ObjectPatch(ObjectKey Key, ReadOnlyMemory<byte> Patch)
{
    /// <summary>How many patches may come together.</summary>
    public const int MostTogether = 64;
}

/// <summary>What became of one patch among many.</summary>
/// <param name="Revision">Revision of the object afterwards; 0 where the patch failed.</param>
/// <param name="Failure">Why it failed; null where it did not.</param>
public readonly record struct PatchOutcome(long Revision, Exception? Failure);
