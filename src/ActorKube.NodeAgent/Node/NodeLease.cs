using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.NodeAgent.Hosting;

namespace ActorKube.NodeAgent.Node;

/// <summary>The node's lease in <c>kube-node-lease</c>: whoever wants to know whether the node lives looks at its renewal time.</summary>
internal sealed class NodeLease(IResourceClient client, NodeAgentSettings settings)
{
    /// <summary>Namespace of node leases.</summary>
    public const string Namespace = "kube-node-lease";

    /// <summary>Renews the lease; makes it when there is none.</summary>
    public async Task RenewAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var address = new ObjectAddress(WellKnownResources.Leases, Namespace, settings.NodeName);
        try
        {
            await client.PatchAsync(address, PatchType.Merge, Bytes(new JsonObject { ["spec"] = Spec(now) }), null, cancel);
        }
        catch (ApiException missing) when (missing.Is(StatusReason.NotFound))
        {
            await client.CreateAsync(address, await NewAsync(now, cancel), null, cancel);
        }
    }

    // The Node owns its lease, so both go together.
    private async Task<byte[]> NewAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var node = await client.GetAsync(new ObjectAddress(WellKnownResources.Nodes, "", settings.NodeName), null, cancel);
        var owner = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = settings.NodeName, ["uid"] = node.Head.Uid };
        return Bytes(new JsonObject
        {
            ["apiVersion"] = "coordination.k8s.io/v1",
            ["kind"] = "Lease",
            ["metadata"] = new JsonObject { ["name"] = settings.NodeName, ["namespace"] = Namespace, ["ownerReferences"] = new JsonArray(owner) },
            ["spec"] = Spec(now),
        });
    }

    private JsonObject Spec(DateTimeOffset now) => new()
    {
        ["holderIdentity"] = settings.NodeName,
        ["leaseDurationSeconds"] = (int)settings.LeaseDuration.TotalSeconds,
        ["renewTime"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
    };

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
