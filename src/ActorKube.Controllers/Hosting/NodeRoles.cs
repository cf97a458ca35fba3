namespace ActorKube.Controllers.Hosting;

/// <summary>The roles of the controllers that are about nodes, as upstream's.</summary>
internal static class NodeRoles
{
    /// <summary>Of the controller that deletes pods of nodes that are gone.</summary>
    public static ControllerRole PodGarbage => new("pod-garbage-collector",
    [
        PolicyRule.Of("list watch delete", "-", "pods"),
        PolicyRule.Of("get list watch", "-", "nodes"),
        PolicyRule.Of("patch", "-", "pods/status"),
    ]);

    /// <summary>Of the controller that tells nodes how long they may keep what they read.</summary>
    public static ControllerRole Ttl => new("ttl-controller",
    [
        PolicyRule.Of("update patch list watch", "-", "nodes"),
        PolicyRule.Events,
    ]);

    /// <summary>Of all controllers that watch over nodes.</summary>
    public static ControllerRole Node => new("node-controller",
    [
        PolicyRule.Of("get list watch update delete patch", "-", "nodes"),
        PolicyRule.Of("patch update", "-", "nodes/status"),
        PolicyRule.Of("patch update", "-", "pods/status"),
        PolicyRule.Of("list watch get delete", "-", "pods"),
        PolicyRule.Events,
    ]);
}
