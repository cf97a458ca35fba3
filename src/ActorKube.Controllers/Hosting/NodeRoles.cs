namespace ActorKube.Controllers.Hosting;

/// <summary>The roles of the controllers of nodes, and of the pods that nodes leave behind.</summary>
internal static class NodeRoles
{
    public static readonly ControllerRole PodGarbage = new("pod-garbage-collector",
    [
        PolicyRule.Of("list watch delete", "-", "pods"),
        PolicyRule.Of("get list watch", "-", "nodes"),
        PolicyRule.Of("patch", "-", "pods/status"),
    ]);

    public static readonly ControllerRole Ttl = new("ttl-controller",
    [
        PolicyRule.Of("update patch list watch", "-", "nodes"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole Node = new("node-controller",
    [
        PolicyRule.Of("get list watch update delete patch", "-", "nodes"),
        PolicyRule.Of("patch update", "-", "nodes/status"),
        PolicyRule.Of("patch update", "-", "pods/status"),
        PolicyRule.Of("list watch get delete", "-", "pods"),
        PolicyRule.Events,
    ]);
}
