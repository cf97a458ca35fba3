using System.Text.Json;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.ApiServer.Http.Connections;

/// <summary>Talks to the HTTPS server of node agents with the API server's own client certificate.</summary>
/// <param name="client">Reads Node objects.</param>
/// <param name="http">Made by <see cref="AgentHttp"/>.</param>
internal sealed class NodeConnection(IResourceClient client, HttpMessageInvoker http)
{
    /// <summary>Requests a path of a node; the answer's body is a stream still open.</summary>
    /// <exception cref="ApiException">404 when there is no such node; 503 when it does not say where its server is, or cannot be reached.</exception>
    public async ValueTask<HttpResponseMessage> GetAsync(string node, string pathAndQuery, CancellationToken cancel)
    {
        var item = await client.GetAsync(new ObjectAddress(WellKnownResources.Nodes, "", node), cancel: cancel);
        var (host, port) = Endpoint(item);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{node}:{port}{pathAndQuery}");
        request.Options.Set(AgentHttp.Endpoint, (host, port));
        try
        {
            return await http.SendAsync(request, cancel);
        }
        catch (HttpRequestException failure)
        {
            throw ApiErrors.ServiceUnavailable($"the agent of node {node} at {(host.Contains(':') ? $"[{host}]" : host)}:{port} cannot be reached: {failure.Message}");
        }
    }

    private static (string Host, int Port) Endpoint(StoredObject node)
    {
        using var document = JsonDocument.Parse(node.Json);
        if (document.RootElement.TryGetProperty("status", out var status)
            && status.TryGetProperty("addresses", out var addresses)
            && status.TryGetProperty("daemonEndpoints", out var endpoints)
            && endpoints.TryGetProperty("kubeletEndpoint", out var endpoint)
            && endpoint.TryGetProperty("Port", out var port))
            foreach (var type in (string[])["InternalIP", "Hostname"])
                foreach (var address in addresses.EnumerateArray())
                    if (address.GetProperty("type").GetString() == type)
                        return (address.GetProperty("address").GetString()!, port.GetInt32());
        throw ApiErrors.ServiceUnavailable($"node {node.Key.Name} does not say where its agent listens");
    }
}
