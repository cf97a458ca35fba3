using ActorKube.Api.Errors;
using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Client;

/// <summary>Writing for those to whom it is the same whether an object is there already.</summary>
public static class ResourceClientWriting
{
    /// <summary>Merges a patch into an object, or creates the object where there is none.</summary>
    /// <param name="client">The way to the API.</param>
    /// <param name="address">Where the object is.</param>
    /// <param name="patch">The merge patch.</param>
    /// <param name="whole">The object to create; asked for when it is needed.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ApiException">Neither could be done.</exception>
    public static async Task<StoredObject> PatchOrCreateAsync(this IResourceClient client, ObjectAddress address, ReadOnlyMemory<byte> patch, Func<ValueTask<ReadOnlyMemory<byte>>> whole, CancellationToken cancel = default)
    {
        try
        {
            return await client.PatchAsync(address, PatchType.Merge, patch, null, cancel);
        }
        catch (ApiException missing) when (missing.Is(StatusReason.NotFound))
        {
            return await client.CreateAsync(address with { Name = "" }, await whole(), null, cancel);
        }
    }
}
