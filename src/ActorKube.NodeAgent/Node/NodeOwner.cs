using System.Text.Json.Nodes;

namespace ActorKube.NodeAgent.Node;

/// <summary>What goes with a Node says that it is the Node's.</summary>
internal static class NodeOwner
{
    /// <summary>The owner references of what belongs to a Node.</summary>
    /// <param name="name">The Node's name.</param>
    /// <param name="uid">Its uid.</param>
    public static JsonArray References(string name, string uid) => new(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = name, ["uid"] = uid });
}
