using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes.InTree;

namespace ActorKube.NodeAgent.Node;

/// <summary>
/// The node's CSINode: which drivers the node has volumes from. Drivers add themselves; the agent says which drivers, of those that were part of Kubernetes once, the node has left to CSI drivers.
/// </summary>
internal sealed class CsiNodeObject(IResourceClient client)
{
    /// <summary>Makes it, or brings up to date what the agent says in it and whose it is.</summary>
    /// <param name="node">The Node, which owns it.</param>
    /// <param name="isNew">Whether the Node was made just now: then there is hardly one, and nothing is spent on looking for it.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task EnsureAsync(StoredObject node, bool isNew, CancellationToken cancel)
    {
        var address = new ObjectAddress(WellKnownResources.CsiNodes, "", node.Key.Name);
        if (isNew)
            try
            {
                await client.CreateAsync(address with { Name = "" }, New(node).Encode(), null, cancel);
                return;
            }
            catch (ApiException left) when (left.Is(StatusReason.AlreadyExists))
            {
                // Of a former Node of that name.
            }
        await client.PatchOrCreateAsync(address, new JsonObject { ["metadata"] = Metadata(node) }.Encode(), () => new(New(node).Encode()), cancel);
    }

    private static JsonObject New(StoredObject node)
    {
        var metadata = Metadata(node);
        metadata["name"] = node.Key.Name;
        return new JsonObject
        {
            ["apiVersion"] = "storage.k8s.io/v1",
            ["kind"] = "CSINode",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["drivers"] = new JsonArray() },
        };
    }

    private static JsonObject Metadata(StoredObject node) => new()
    {
        ["annotations"] = new JsonObject { [InTreeDrivers.MigratedAnnotation] = InTreeDrivers.Migrated },
        ["ownerReferences"] = NodeOwner.References(node.Key.Name, node.Head.Uid),
    };
}
