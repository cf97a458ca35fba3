using ActorKube.Api.Errors;
using ActorKube.Api.Names;

namespace ActorKube.Machinery.Client;

/// <summary>Patching many objects through any client.</summary>
public static class ResourceClientPatching
{
    /// <summary>Patches objects of one resource: in one request where the client can, else in as many, all under way at once. See <see cref="IBatchingClient.PatchManyAsync"/>.</summary>
    /// <exception cref="ApiException">None was carried out, or the outcome of all is unknown.</exception>
    public static async ValueTask<IReadOnlyList<PatchOutcome>> PatchManyAsync(
        this IResourceClient client, GroupVersionResource resource, string subresource, PatchType type, IReadOnlyList<ObjectPatch> patches, WriteOptions? options = null, CancellationToken cancel = default) =>
        client is IBatchingClient batching
            ? await batching.PatchManyAsync(resource, subresource, type, patches, options, cancel)
            : await client.PatchEachAsync(resource, subresource, type, patches, options, cancel);

    /// <summary>Patches objects of one resource in as many requests, all under way at once. Never fails: failures are among the outcomes.</summary>
    public static async ValueTask<IReadOnlyList<PatchOutcome>> PatchEachAsync(
        this IResourceClient client, GroupVersionResource resource, string subresource, PatchType type, IReadOnlyList<ObjectPatch> patches, WriteOptions? options = null, CancellationToken cancel = default)
    {
        var outcomes = new Task<PatchOutcome>[patches.Count];
        for (var i = 0; i < outcomes.Length; i++)
            outcomes[i] = PatchAsync(client, ObjectAddress.Of(resource, patches[i].Key, subresource), type, patches[i].Patch, options, cancel);
        return await Task.WhenAll(outcomes);
    }

    private static async Task<PatchOutcome> PatchAsync(
        IResourceClient client, ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options, CancellationToken cancel)
    {
        try
        {
            return new PatchOutcome((await client.PatchAsync(address, type, patch, options, cancel)).Revision, null);
        }
        catch (Exception failure)
        {
            return new PatchOutcome(0, failure);
        }
    }
}
