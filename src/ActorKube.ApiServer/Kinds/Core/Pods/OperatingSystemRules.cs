using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>What a pod cannot have because of the operating system it names (upstream: <c>validateOS</c>, <c>validateLinux</c>, <c>validateWindows</c>).</summary>
internal static class OperatingSystemRules
{
    private const string NotOnWindows = "cannot be set for a windows pod";
    private const string NotOnLinux = "windows options cannot be set for a linux pod";
    private static readonly string[] Names = ["linux", "windows"];

    // In upstream's order.
    private static readonly (string? Context, string Field)[] LinuxFieldsOfPod =
    [
        ("securityContext", "appArmorProfile"), ("securityContext", "seLinuxOptions"), ("securityContext", "seccompProfile"), ("securityContext", "fsGroup"),
        ("securityContext", "fsGroupChangePolicy"), ("securityContext", "sysctls"), ("securityContext", "runAsUser"), ("securityContext", "runAsGroup"),
        ("securityContext", "supplementalGroups"), ("securityContext", "supplementalGroupsPolicy"), ("securityContext", "seLinuxChangePolicy"),
        (null, "hostUsers"), (null, "hostPID"), (null, "hostIPC"), (null, "shareProcessNamespace"),
    ];

    private static readonly string[] LinuxFieldsOfContainer =
    [
        "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged", "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
    ];

    /// <summary>Checks <c>os</c> and what does not go with it.</summary>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Object("os") is not { } system)
            return;
        switch (system.Text("name"))
        {
            case null or "": errors.Required(path.Child("os", "name")); break;
            case "linux": CheckLinux(spec, path, errors); break;
            case "windows": CheckWindows(spec, path, errors); break;
            case var other: errors.NotSupported(path.Child("os"), other, Names); break;
        }
    }

    private static void CheckLinux(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Object("securityContext")?["windowsOptions"] is not null)
            errors.Forbidden(path.Child("securityContext", "windowsOptions"), NotOnLinux);
        foreach (var list in WindowsRules.ContainerLists)
            foreach (var (i, container) in spec.Items(list))
                if (container.Object("securityContext")?["windowsOptions"] is not null)
                    errors.Forbidden(path.Child(list).Index(i).Child("securityContext", "windowsOptions"), NotOnLinux);
    }

    private static void CheckWindows(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        foreach (var (context, field) in LinuxFieldsOfPod)
            if ((context is null ? spec : spec.Object(context))?[field] is { } value && !IsUnset(field, value))
                errors.Forbidden((context is null ? path : path.Child(context)).Child(field), NotOnWindows);
        foreach (var list in WindowsRules.ContainerLists)
            foreach (var (i, container) in spec.Items(list))
                foreach (var field in LinuxFieldsOfContainer)
                    if (container.Object("securityContext")?[field] is not null)
                        errors.Forbidden(path.Child(list).Index(i).Child("securityContext", field), NotOnWindows);
    }

    // These two are plain booleans, and a list without items is none.
    private static bool IsUnset(string field, JsonNode value) => value is JsonArray { Count: 0 } || (field is "hostPID" or "hostIPC" && value.Bool() == false);
}
