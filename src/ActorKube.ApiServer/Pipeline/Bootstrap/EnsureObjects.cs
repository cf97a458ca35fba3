using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;

namespace ActorKube.ApiServer.Pipeline.Bootstrap;

/// <summary>Creates objects that do not exist, and leaves those that do as they are.</summary>
internal sealed class EnsureObjects(GroupVersionResource resource, string ns, params IReadOnlyList<JsonObject> objects) : IBootstrapStep
{
    /// <inheritdoc/>
    public async Task RunAsync(IResourceClient client, CancellationToken cancel)
    {
        foreach (var obj in objects)
        {
            var address = new ObjectAddress(resource, ns, obj.Object("metadata").Text("name")!);
            if (await client.FindAsync(address, cancel) is null)
                await CreateAsync(client, address, obj, cancel);
        }
    }

    /// <summary>Creates an object, unless another process has just done so.</summary>
    public static async Task CreateAsync(IResourceClient client, ObjectAddress address, JsonObject obj, CancellationToken cancel)
    {
        try
        {
            await client.CreateAsync(address with { Name = "" }, JsonEncoder.Encode(obj), null, cancel);
        }
        catch (ApiException e) when (e.Is(StatusReason.AlreadyExists))
        {
            // Another control-plane process starts at the same time.
        }
    }
}
