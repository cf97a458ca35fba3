using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Apps;

/// <summary>apps/v1 kinds that need no behaviour of their own.</summary>
internal static class AppsKinds
{
    private const string V1 = "apps/v1";

    /// <summary>A past state of a daemon set or stateful set.</summary>
    public static KindStrategy ControllerRevision => Namespaced(V1, "ControllerRevision", "controllerrevisions").Generic();

    /// <summary>One pod per node.</summary>
    public static KindStrategy DaemonSet => Namespaced(V1, "DaemonSet", "daemonsets", "ds").WithStatus().In(All).Counted().Generic();

    /// <summary>Pods with identity.</summary>
    public static KindStrategy StatefulSet => Namespaced(V1, "StatefulSet", "statefulsets", "sts").WithStatus().WithScale().In(All).Counted().Generic();
}
