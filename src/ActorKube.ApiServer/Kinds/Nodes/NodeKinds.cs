using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Nodes;

/// <summary>node.k8s.io/v1.</summary>
internal static class NodeKinds
{
    /// <summary>A way to run containers.</summary>
    public static KindStrategy RuntimeClass => new GenericStrategy(ClusterScoped("node.k8s.io/v1", "RuntimeClass", "runtimeclasses")) 
    {
        Unconditional = false,
        ShownAs = [TableColumn.ObjectName, TableColumn.Text("Handler", "Configuration of the runtime.", static o => o.At("handler").AsText()), TableColumn.Age],
    };
}
