using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Security contexts of pods and containers (upstream: <c>ValidateSecurityContext</c>, <c>validatePodSpecSecurityContext</c>).</summary>
internal static class SecurityContextRules
{
    private const string SysctlPattern = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";

    /// <summary>Checks that of a container.</summary>
    public static void CheckContainer(JsonObject? context, FieldPath container, FieldErrors errors)
    {
        if (context is null || context.Count == 0)
            return;
        var path = container.Child("securityContext");
        CheckIds(context, path, errors);
        CheckProfiles(context, path, errors);
        if (context.Bool("allowPrivilegeEscalation") != false)
            return;
        if (context.Bool("privileged") == true)
            errors.Invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        if (context.Object("capabilities").Texts("add").Contains("CAP_SYS_ADMIN"))
            errors.Invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
    }

    /// <summary>Checks that of a pod, together with what it shares with its node.</summary>
    public static void CheckPod(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Bool("shareProcessNamespace") == true && spec.Bool("hostPID") == true)
            errors.Invalid(path.Child("shareProcessNamespace"), (JsonNode)true, "ShareProcessNamespace and HostPID cannot both be enabled");
        if (spec.Bool("hostUsers") == false)
            foreach (var share in (ReadOnlySpan<string>)["hostNetwork", "hostPID", "hostIPC"])
                if (spec.Bool(share) == true)
                    errors.Forbidden(path.Child(share), "when `pod.Spec.HostUsers` is false");
        if (spec.Object("securityContext") is not { Count: > 0 } context)
            return;
        var child = path.Child("securityContext");
        CheckIds(context, child, errors);
        CheckProfiles(context, child, errors);
        CheckId(context, "fsGroup", child, errors);
        if (context.Array("supplementalGroups") is { } groups)
            for (var i = 0; i < groups.Count; i++)
                if (groups[i].Int64() is { } group && PortRules.UserOrGroupId(group) is { Count: > 0 } faults)
                    errors.Invalid(child.Child("supplementalGroups").Index(i), group, faults[0]);
        CheckSysctls(context, spec, child.Child("sysctls"), errors);
    }

    private static void CheckIds(JsonObject context, FieldPath path, FieldErrors errors)
    {
        CheckId(context, "runAsUser", path, errors);
        CheckId(context, "runAsGroup", path, errors);
    }

    private static void CheckId(JsonObject context, string field, FieldPath path, FieldErrors errors)
    {
        if (context.Int64(field) is { } id && PortRules.UserOrGroupId(id) is { Count: > 0 } faults)
            errors.Invalid(path.Child(field), id, faults[0]);
    }

    private static void CheckProfiles(JsonObject context, FieldPath path, FieldErrors errors)
    {
        foreach (var (field, name) in (ReadOnlySpan<(string, string)>)[("seccompProfile", "seccomp"), ("appArmorProfile", "AppArmor")])
        {
            if (context.Object(field) is not { } profile)
                continue;
            var local = profile.Text("localhostProfile");
            if (profile.Text("type") == "Localhost")
            {
                if (string.IsNullOrWhiteSpace(local))
                    errors.Required(path.Child(field, "localhostProfile"), $"must be set when {name} type is Localhost");
                else if (field == "seccompProfile")
                    PathRules.Descending(local, path.Child(field, "localhostProfile"), errors);
            }
            else if (local is not null)
                errors.Invalid(path.Child(field, "localhostProfile"), local, $"can only be set when {name} type is Localhost");
        }
    }

    private static void CheckSysctls(JsonObject context, JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var names = new HashSet<string>();
        foreach (var (i, sysctl) in context.Items("sysctls"))
        {
            if (FieldRules.Required(sysctl, "name", path.Index(i), errors) is not { } name)
                continue;
            if (!IsSysctl(name))
                errors.Invalid(path.Index(i).Child("name"), name, $"must have at most {DnsNames.MaxSubdomain} characters and match regex {SysctlPattern}");
            else if (!names.Add(name))
                errors.Duplicate(path.Index(i).Child("name"), name);
            if (spec.Bool("hostNetwork") == true && name.Replace('/', '.').StartsWith("net.", StringComparison.Ordinal))
                errors.Invalid(path.Index(i).Child("name"), name, "may not be specified when 'hostNetwork' is true");
            if (spec.Bool("hostIPC") == true && (name.StartsWith("kernel.shm", StringComparison.Ordinal) || name.StartsWith("fs.mqueue.", StringComparison.Ordinal)))
                errors.Invalid(path.Index(i).Child("name"), name, "may not be specified when 'hostIPC' is true");
        }
    }

    private static bool IsSysctl(string name) => name.Length <= DnsNames.MaxSubdomain
        && name.Split('.', '/').All(static part => part.Length > 0 && IsEnd(part[0]) && IsEnd(part[^1]) && part.All(static c => IsEnd(c) || c is '-' or '_'));

    private static bool IsEnd(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
