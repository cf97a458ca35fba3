namespace ActorKube.Controllers.Hosting;

/// <summary>The roles of the controllers of namespaces, of what counts in them, and of what nobody owns any more.</summary>
internal static class NamespaceRoles
{
    public static readonly ControllerRole Namespace = new("namespace-controller",
    [
        PolicyRule.Of("get list watch delete", "-", "namespaces"),
        PolicyRule.Of("update", "-", "namespaces/finalize namespaces/status"),
        PolicyRule.Of("get list watch delete deletecollection", "*", "*"),
    ]);

    public static readonly ControllerRole ResourceQuota = new("resourcequota-controller",
    [
        PolicyRule.Of("list watch", "*", "*"),
        PolicyRule.Of("update", "-", "resourcequotas/status"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole GarbageCollector = new("generic-garbage-collector",
    [
        PolicyRule.Of("get list watch patch update delete", "*", "*"),
        PolicyRule.Events,
    ]);
}
