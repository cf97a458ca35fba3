using System.Text.Json.Nodes;
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
    /// <param name="cancel">Gives up.</param>
    public Task EnsureAsync(StoredObject node, CancellationToken cancel) => client.PatchOrCreateAsync(
        new ObjectAddress(WellKnownResources.CsiNodes, "", node.Key.Name), new JsonObject { ["metadata"] = Metadata(node) }.Encode(), () => new(New(node).Encode()), cancel);

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
