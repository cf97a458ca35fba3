using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Machinery.Client;

namespace ActorKube.ApiServer.Pipeline.Bootstrap;

/// <summary>Writes where the API can be reached behind the <c>kubernetes</c> service: the EndpointSlice and, for those who still read it, the Endpoints.</summary>
internal sealed class PublishServers(IReadOnlyList<string> servers, int port) : IBootstrapStep
{
    private const int Attempts = 5;
    private const string Name = "kubernetes";
    private const string Namespace = "default";
    private static readonly ObjectAddress Slice = new(WellKnownResources.EndpointSlices, Namespace, Name);
    private static readonly ObjectAddress Endpoints = new(WellKnownResources.Endpoints, Namespace, Name);

    /// <inheritdoc/>
    public async Task RunAsync(IResourceClient client, CancellationToken cancel)
    {
        await PutAsync(client, Slice, SliceContent(), cancel);
        await PutAsync(client, Endpoints, EndpointsContent(), cancel);
    }

    private static async Task PutAsync(IResourceClient client, ObjectAddress address, JsonObject content, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                if (await EnsureObjects.FindAsync(client, address, cancel) is null)
                    await EnsureObjects.CreateAsync(client, address, content, cancel);
                else
                    await client.UpdateAsync(address, JsonEncoder.Encode(content), null, cancel);
                return;
            }
            catch (ApiException e) when (attempt < Attempts && (e.Is(StatusReason.Conflict) || e.Is(StatusReason.NotFound)))
            {
                // Another control-plane process publishes at the same time; the later one is right.
            }
    }

    private JsonObject SliceContent() => new()
    {
        ["metadata"] = Metadata(new JsonObject { ["kubernetes.io/service-name"] = Name }),
        ["addressType"] = "IPv4",
        ["endpoints"] = new JsonArray([.. servers.Select(static s =>
            (JsonNode)new JsonObject { ["addresses"] = new JsonArray(s), ["conditions"] = new JsonObject { ["ready"] = true } })]),
        ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = port, ["protocol"] = "TCP" }),
    };

    private JsonObject EndpointsContent() => new()
    {
        // Nobody has to mirror what is written as a slice already.
        ["metadata"] = Metadata(new JsonObject { ["endpointslice.kubernetes.io/skip-mirror"] = "true" }),
        ["subsets"] = new JsonArray(new JsonObject
        {
            ["addresses"] = new JsonArray([.. servers.Select(static s => (JsonNode)new JsonObject { ["ip"] = s })]),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = port, ["protocol"] = "TCP" }),
        }),
    };

    private static JsonObject Metadata(JsonObject labels) => new() { ["name"] = Name, ["namespace"] = Namespace, ["labels"] = labels };
}
