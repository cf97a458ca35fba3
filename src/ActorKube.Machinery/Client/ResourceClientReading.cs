using ActorKube.Api.Errors;
using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Client;

/// <summary>Reading for those to whom an object that is not there is an answer.</summary>
public static class ResourceClientReading
{
    /// <summary>Reads an object; null when there is none.</summary>
    /// <param name="client">The way to the API.</param>
    /// <param name="address">Where the object is.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ApiException">It cannot be read.</exception>
    public static async Task<StoredObject?> FindAsync(this IResourceClient client, ObjectAddress address, CancellationToken cancel = default)
    {
        try
        {
            return await client.GetAsync(address, null, cancel);
        }
        catch (ApiException missing) when (missing.Is(StatusReason.NotFound))
        {
            return null;
        }
    }
}
