namespace ActorKube.Controllers.Hosting;

/// <summary>The roles of the controllers of storage.</summary>
internal static class VolumeRoles
{
    public static readonly ControllerRole Binder = new("persistent-volume-binder",
    [
        PolicyRule.Of("get list watch update create delete", "-", "persistentvolumes"),
        PolicyRule.Of("update", "-", "persistentvolumes/status"),
        PolicyRule.Of("get list watch update", "-", "persistentvolumeclaims"),
        PolicyRule.Of("update", "-", "persistentvolumeclaims/status"),
        PolicyRule.Of("get list watch create delete", "-", "pods"),
        PolicyRule.Of("get list watch", "storage.k8s.io", "storageclasses"),
        PolicyRule.Of("list watch", "-", "nodes"),
        PolicyRule.Events,
        PolicyRule.Of("watch", "-", "events"),
    ]);

    public static readonly ControllerRole AttachDetach = new("attachdetach-controller",
    [
        PolicyRule.Of("list watch", "-", "persistentvolumes persistentvolumeclaims"),
        PolicyRule.Of("get list watch", "-", "nodes"),
        PolicyRule.Of("patch update", "-", "nodes/status"),
        PolicyRule.Of("list watch", "-", "pods"),
        PolicyRule.Events,
        PolicyRule.Of("get create delete list watch", "storage.k8s.io", "volumeattachments"),
        PolicyRule.Of("get list watch", "storage.k8s.io", "csidrivers"),
        PolicyRule.Of("get list watch", "storage.k8s.io", "csinodes"),
    ]);

    public static readonly ControllerRole Expander = new("expand-controller",
    [
        PolicyRule.Of("get list watch update patch", "-", "persistentvolumes"),
        PolicyRule.Of("update patch", "-", "persistentvolumeclaims/status"),
        PolicyRule.Of("get list watch", "-", "persistentvolumeclaims"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole Ephemeral = new("ephemeral-volume-controller",
    [
        PolicyRule.Of("get list watch", "-", "pods"),
        PolicyRule.Of("update", "-", "pods/finalizers"),
        PolicyRule.Of("get list watch create", "-", "persistentvolumeclaims"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole ClaimProtection = new("pvc-protection-controller",
    [
        PolicyRule.Of("get list watch update", "-", "persistentvolumeclaims"),
        PolicyRule.Of("update", "-", "persistentvolumeclaims/status"),
        PolicyRule.Of("get list watch", "-", "pods"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole VolumeProtection = new("pv-protection-controller",
    [
        PolicyRule.Of("get list watch update", "-", "persistentvolumes"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole AttributesClassProtection = new("volumeattributesclass-protection-controller",
    [
        PolicyRule.Of("get list watch", "-", "persistentvolumeclaims"),
        PolicyRule.Of("get list watch", "-", "persistentvolumes"),
        PolicyRule.Of("get list watch update", "storage.k8s.io", "volumeattributesclasses"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole LocalPath = new("local-path-provisioner",
    [
        PolicyRule.Of("get list watch create update delete", "-", "persistentvolumes"),
        PolicyRule.Of("get list watch patch", "-", "persistentvolumeclaims"),
        PolicyRule.Of("get list watch", "storage.k8s.io", "storageclasses"),
        PolicyRule.Of("get list watch", "-", "nodes"),
        PolicyRule.Events,
    ]);
}
