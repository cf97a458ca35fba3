using System.Net;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.ApiServer.Pipeline.Bootstrap;
using ActorKube.Machinery.Client;

namespace ActorKube.ApiServer.Pipeline.Servers;

/// <summary>
/// Writes where the API can be reached behind the <c>kubernetes</c> service: the EndpointSlice and, for those who still read it, the Endpoints. Servers have one port, as upstream's
/// do; where some have another one the Endpoints tell both and the slice, which cannot, the one that most have.
/// </summary>
/// <param name="servers">The servers, in a fixed order: what has not changed is not written.</param>
internal sealed class PublishServers(IReadOnlyList<IPEndPoint> servers)
{
    private const int Attempts = 5;
    private const string Name = "kubernetes";
    private const string Namespace = "default";
    private static readonly ObjectAddress Slice = new(WellKnownResources.EndpointSlices, Namespace, Name);
    public static readonly ObjectAddress Endpoints = new(WellKnownResources.Endpoints, Namespace, Name);

    private readonly IGrouping<int, IPEndPoint>[] _byPort = [.. servers.GroupBy(s => s.Port).OrderByDescending(g => g.Count()).ThenBy(g => g.Key)];

    /// <summary>Writes them.</summary>
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
                if (await client.FindAsync(address, cancel) is null)
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
        ["endpoints"] = new JsonArray([.. _byPort.Take(1).SelectMany(g => g).Select(static s =>
            (JsonNode)new JsonObject { ["addresses"] = new JsonArray(s.Address.ToString()), ["conditions"] = new JsonObject { ["ready"] = true } })]),
        ["ports"] = new JsonArray([.. _byPort.Take(1).Select(static g => (JsonNode)Port(g.Key))]),
    };

    private JsonObject EndpointsContent() => new()
    {
        // Nobody has to mirror what is written as a slice already.
        ["metadata"] = Metadata(new JsonObject { ["endpointslice.kubernetes.io/skip-mirror"] = "true" }),
        ["subsets"] = new JsonArray([.. _byPort.Select(static g => (JsonNode)new JsonObject
        {
            ["addresses"] = new JsonArray([.. g.Select(static s => (JsonNode)new JsonObject { ["ip"] = s.Address.ToString() })]),
            ["ports"] = new JsonArray(Port(g.Key)),
        })]),
    };

    private static JsonObject Port(int port) => new JsonObject { ["name"] = "https", ["port"] = port, ["protocol"] = "TCP" };

    private static JsonObject Metadata(JsonObject labels) => new() { ["name"] = Name, ["namespace"] = Namespace, ["labels"] = labels };
}
