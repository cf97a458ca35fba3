using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Nodes;

/// <summary>node.k8s.io/v1.</summary>
internal static class NodeKinds
{
    /// <summary>A way to run containers.</summary>
    public static KindStrategy RuntimeClass => new GenericStrategy(ClusterScoped("node.k8s.io/v1", "RuntimeClass", "runtimeclasses"))
    {
        ShownAs = Policy.PolicyColumns.RuntimeClass,
        Unconditional = false,
    };
}
