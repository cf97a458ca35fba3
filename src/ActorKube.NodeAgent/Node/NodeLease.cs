using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Times;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.NodeAgent.Hosting;

namespace ActorKube.NodeAgent.Node;

/// <summary>The node's lease in <c>kube-node-lease</c>: whoever wants to know whether the node lives looks at its renewal time.</summary>
internal sealed class NodeLease(IResourceClient client, NodeAgentSettings settings)
{
    /// <summary>Namespace of node leases.</summary>
    public const string Namespace = "kube-node-lease";

    private string _owner = "";

    /// <summary>Renews the lease; makes it when there is none. The Node owns it, so that both go together.</summary>
    /// <param name="node">Uid of the Node.</param>
    /// <param name="now">The current time.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ApiException">It could not be written; NotFound when the Node is gone, as far as that was looked at.</exception>
    public async Task RenewAsync(string node, DateTimeOffset now, CancellationToken cancel)
    {
        var patch = new JsonObject { ["spec"] = Spec(now) };
        // A lease that is there may have been made by a server, for whom there was no Node yet.
        if (_owner != node)
            patch["metadata"] = new JsonObject { ["ownerReferences"] = Owners(node) };
        await client.PatchOrCreateAsync(new ObjectAddress(WellKnownResources.Leases, Namespace, settings.NodeName), patch.Encode(), () => NewAsync(now, cancel), cancel);
        _owner = node;
    }

    // Who has the node is said where the lease is made and never in a renewal, which might take the node from another.
    private async ValueTask<ReadOnlyMemory<byte>> NewAsync(DateTimeOffset now, CancellationToken cancel)
    {
        // Leases go with their Node: it may be another one by now, or none.
        var node = await client.GetAsync(new ObjectAddress(WellKnownResources.Nodes, "", settings.NodeName), null, cancel);
        var metadata = new JsonObject { ["name"] = settings.NodeName, ["namespace"] = Namespace, ["ownerReferences"] = Owners(node.Head.Uid) };
        if (settings.Identity is { } identity)
            metadata["labels"] = new JsonObject { [AgentIdentity.Label] = identity.ToString() };
        return new JsonObject { ["apiVersion"] = "coordination.k8s.io/v1", ["kind"] = "Lease", ["metadata"] = metadata, ["spec"] = Spec(now) }.Encode();
    }

    private JsonArray Owners(string node) => NodeOwner.References(settings.NodeName, node);

    private JsonObject Spec(DateTimeOffset now) => new()
    {
        ["holderIdentity"] = settings.NodeName,
        ["leaseDurationSeconds"] = (int)settings.LeaseDuration.TotalSeconds,
        ["renewTime"] = KubeTime.FormatMicro(now),
    };
}
