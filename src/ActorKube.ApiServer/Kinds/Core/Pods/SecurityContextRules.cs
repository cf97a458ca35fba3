using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Security contexts of pods and containers (upstream: <c>ValidateSecurityContext</c>, <c>validatePodSpecSecurityContext</c>).</summary>
internal static class SecurityContextRules
{
    private const string NotWithOwnUsers = "when `hostUsers` is false";
    private static readonly string[] ProcMounts = ["Default", "Unmasked"];
    private static readonly string[] GroupPolicies = ["Merge", "Strict"];
    private static readonly string[] FsGroupPolicies = ["Always", "OnRootMismatch"];
    private static readonly string[] SelinuxPolicies = ["MountOption", "Recursive"];

    /// <summary>Checks that of a container.</summary>
    public static void CheckContainer(JsonObject? context, PodContext pod, FieldPath container, FieldErrors errors)
    {
        if (context is null || context.Count == 0)
            return;
        var path = container.Child("securityContext");
        CheckId(context, "runAsUser", path, errors);
        CheckId(context, "runAsGroup", path, errors);
        FieldRules.OneOf(context, "procMount", ProcMounts, path, errors);
        if (pod.HostUsers && context.Text("procMount") == "Unmasked")
            errors.Invalid(path.Child("procMount"), "Unmasked", "`hostUsers` must be false to use `Unmasked`");
        ProfileRules.CheckSeccomp(context, path, errors);
        CheckEscalation(context, path, errors);
        WindowsRules.CheckOptions(context.Object("windowsOptions"), path.Child("windowsOptions"), errors);
        ProfileRules.CheckAppArmor(context, path, errors);
    }

    private static void CheckEscalation(JsonObject context, FieldPath path, FieldErrors errors)
    {
        if (context.Bool("allowPrivilegeEscalation") != false)
            return;
        if (context.Bool("privileged") == true)
            errors.Invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        if (context.Object("capabilities").Texts("add").Contains("CAP_SYS_ADMIN"))
            errors.Invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
    }

    /// <summary>Checks that of a pod.</summary>
    public static void CheckPod(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var context = spec.Object("securityContext");
        CheckId(context, "fsGroup", path, errors);
        CheckId(context, "runAsUser", path, errors);
        CheckId(context, "runAsGroup", path, errors);
        CheckGroups(context, path, errors);
        if (context is null || context.Count == 0)
            return;
        if (context.Array("sysctls") is { Count: > 0 })
            SysctlRules.Check(context, spec, path.Child("sysctls"), errors);
        FieldRules.OneOf(context, "fsGroupChangePolicy", FsGroupPolicies, path, errors);
        ProfileRules.CheckSeccomp(context, path, errors);
        WindowsRules.CheckOptions(context.Object("windowsOptions"), path.Child("windowsOptions"), errors);
        ProfileRules.CheckAppArmor(context, path, errors);
        FieldRules.OneOf(context, "supplementalGroupsPolicy", GroupPolicies, path, errors);
        FieldRules.OneOf(context, "seLinuxChangePolicy", SelinuxPolicies, path, errors);
    }

    /// <summary>Users of a pod's own go with no other namespace of the node, and with no devices (upstream: <c>validateHostUsers</c>).</summary>
    public static void CheckHostUsers(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        foreach (var (field, shown) in (ReadOnlySpan<(string, string)>)[("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")])
            if (spec.Bool(field) == true)
                errors.Forbidden(path.Child(shown), NotWithOwnUsers);
        foreach (var list in WindowsRules.ContainerLists)
            foreach (var (i, container) in spec.Items(list))
                if (container.Array("volumeDevices") is { Count: > 0 })
                    errors.Forbidden(path.Child(list).Index(i).Child("volumeDevices"), NotWithOwnUsers);
    }

    /// <summary>Processes are shared with the node or among the containers, not both (upstream: <c>validateShareProcessNamespace</c>).</summary>
    public static void CheckSharedProcesses(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Bool("shareProcessNamespace") == true && spec.Bool("hostPID") == true)
            errors.Invalid(path.Child("shareProcessNamespace"), (JsonNode)true, "ShareProcessNamespace and HostPID cannot both be enabled");
    }

    /// <summary>Checks <c>supplementalGroups</c>, if there are any.</summary>
    public static void CheckGroups(JsonObject? context, FieldPath path, FieldErrors errors)
    {
        if (context.Array("supplementalGroups") is { } groups)
            for (var i = 0; i < groups.Count; i++)
                if (groups[i].Int64() is { } group && PortRules.UserOrGroupId(group) is { Count: > 0 } faults)
                    errors.Invalid(path.Child("supplementalGroups").Index(i), group, faults[0]);
    }

    /// <summary>Checks the number of a user or group, if there is one.</summary>
    public static void CheckId(JsonObject? context, string field, FieldPath path, FieldErrors errors)
    {
        if (context.Int64(field) is { } id && PortRules.UserOrGroupId(id) is { Count: > 0 } faults)
            errors.Invalid(path.Child(field), id, faults[0]);
    }
}
