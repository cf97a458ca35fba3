using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Machinery.Client;

namespace ActorKube.ApiServer.Pipeline.Bootstrap;

/// <summary>
/// ConfigMap <c>cluster-info</c> in <c>kube-public</c>: where the cluster is and which authority vouches for it, as kubeadm and its like look for. The server that started last is the one that is named.
/// </summary>
/// <param name="server">URL of this server.</param>
/// <param name="authorityPem">Certificate of the authority.</param>
internal sealed class PublishClusterInfo(string server, string authorityPem)
{
    private const string Key = "kubeconfig";
    private static readonly ObjectAddress Address = new(WellKnownResources.ConfigMaps, "kube-public", "cluster-info");

    /// <summary>Writes it, when it is not there or says something else.</summary>
    public async Task RunAsync(IResourceClient client, CancellationToken cancel)
    {
        var kubeconfig =
            $"""
            apiVersion: v1
            clusters:
            - cluster:
                certificate-authority-data: {Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(authorityPem))}
                server: {server}
              name: ""
            contexts: null
            current-context: ""
            kind: Config
            preferences: {"{}"}
            users: null

            """;
        if (await client.FindAsync(Address, cancel) is not { } stored)
        {
            await EnsureObjects.CreateAsync(client, Address, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Address.Name }, ["data"] = new JsonObject { [Key] = kubeconfig } }, cancel);
            return;
        }
        if (JsonDecoder.Decode(stored.Json.Span).RequireObject().Object("data").Text(Key) == kubeconfig)
            return;
        var patch = new JsonObject { ["data"] = new JsonObject { [Key] = kubeconfig } };
        await client.PatchAsync(Address, PatchType.Merge, JsonEncoder.Encode(patch), null, cancel);
    }
}
