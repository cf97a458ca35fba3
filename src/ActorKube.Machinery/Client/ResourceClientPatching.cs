using ActorKube.Api.Errors;
using ActorKube.Api.Names;

namespace ActorKube.Machinery.Client;

/// <summary>Patching many objects through any client.</summary>
public static class ResourceClientPatching
{
    /// <summary>
    /// Most requests of one <see cref="PatchEachAsync"/> that are under way at once. Several run at a time, and together they have to leave room in the 512 calls that the sessions of older servers take.
    /// </summary>
    public const int MostAtOnce = 24;

    /// <summary>Patches objects of one resource: in one request where the client can, else in as many. See <see cref="IBatchingClient.PatchManyAsync"/>.</summary>
    /// <exception cref="ApiException">None was carried out, or the outcome of all is unknown.</exception>
    public static async ValueTask<IReadOnlyList<PatchOutcome>> PatchManyAsync(
        this IResourceClient client, GroupVersionResource resource, string subresource, PatchType type, IReadOnlyList<ObjectPatch> patches, WriteOptions? options = null, CancellationToken cancel = default) =>
        client is IBatchingClient batching
            ? await batching.PatchManyAsync(resource, subresource, type, patches, options, cancel)
            : await client.PatchEachAsync(resource, subresource, type, patches, options, cancel);

    /// <summary>Patches objects of one resource in as many requests, at most <see cref="MostAtOnce"/> of them under way at once. Never fails: failures are among the outcomes.</summary>
    public static async ValueTask<IReadOnlyList<PatchOutcome>> PatchEachAsync(
        this IResourceClient client, GroupVersionResource resource, string subresource, PatchType type, IReadOnlyList<ObjectPatch> patches, WriteOptions? options = null, CancellationToken cancel = default)
    {
        var outcomes = new PatchOutcome[patches.Count];
        var taken = 0;
        await Task.WhenAll([.. Enumerable.Range(0, Math.Min(MostAtOnce, outcomes.Length)).Select(_ => TakeAsync())]);
        return outcomes;

        async Task TakeAsync()
        {
            while (Interlocked.Increment(ref taken) - 1 is var i && i < outcomes.Length)
                outcomes[i] = await PatchAsync(client, ObjectAddress.Of(resource, patches[i].Key, subresource), type, patches[i].Patch, options, cancel);
        }
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
