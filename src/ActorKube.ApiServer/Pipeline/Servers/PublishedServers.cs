using System.Net;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;

namespace ActorKube.ApiServer.Pipeline.Servers;

/// <summary>Reads what <see cref="PublishServers"/> has written.</summary>
public static class PublishedServers
{
    /// <summary>HTTPS addresses of the servers that live.</summary>
    /// <param name="client">A client that may get the Endpoints, as every node may.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ApiException">They cannot be read.</exception>
    public static async Task<IReadOnlyList<Uri>> ReadAsync(IResourceClient client, CancellationToken cancel)
    {
        var endpoints = await client.GetAsync(PublishServers.Endpoints, null, cancel);
        return
        [
            .. from subset in endpoints.Edit().Items("subsets")
               from port in subset.Items("ports")
               from address in subset.Items("addresses")
               select new Uri($"https://{new IPEndPoint(IPAddress.Parse(address.Text("ip")), (int)port.Number("port")!.Value)}"),
        ];
    }
}
