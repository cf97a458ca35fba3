using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Where a container sees the pod's volumes (upstream: <c>ValidateVolumeMounts</c>, <c>ValidateVolumeDevices</c>).</summary>
internal static class MountRules
{
    private static readonly string[] Propagations = ["Bidirectional", "HostToContainer", "None"];
    private static readonly string[] Recursions = ["Disabled", "Enabled", "IfPossible"];

    /// <summary>Checks <c>volumeMounts</c> and <c>volumeDevices</c> of a container.</summary>
    public static void Check(JsonObject container, PodContext pod, FieldPath path, FieldErrors errors)
    {
        if (container.Array("volumeMounts") is { Count: > 0 })
            CheckMounts(container, pod, path.Child("volumeMounts"), errors);
        if (container.Array("volumeDevices") is { Count: > 0 })
            CheckDevices(container, pod, path.Child("volumeDevices"), errors);
    }

    private static void CheckMounts(JsonObject container, PodContext pod, FieldPath path, FieldErrors errors)
    {
        var paths = new HashSet<string>();
        foreach (var (i, mount) in container.Items("volumeMounts"))
        {
            var item = path.Index(i);
            var name = FieldRules.Required(mount, "name", item, errors) ?? "";
            if (!pod.Volumes.ContainsKey(name))
                errors.NotFound(item.Child("name"), name);
            var place = FieldRules.Required(mount, "mountPath", item, errors) ?? "";
            if (!paths.Add(place))
                errors.Invalid(item.Child("mountPath"), place, "must be unique");
            if (Has(container, "volumeDevices", "name", name))
                errors.Invalid(item.Child("name"), name, "must not already exist in volumeDevices");
            if (Has(container, "volumeDevices", "devicePath", place))
                errors.Invalid(item.Child("mountPath"), place, "must not already exist as a path in volumeDevices");
            CheckSubPaths(mount, item, path, errors);
            CheckPropagation(container, mount, path, errors);
            CheckRecursion(mount, path, errors);
        }
    }

    private static bool Has(JsonObject container, string list, string field, string value)
    {
        if (container.Array(list) is { Count: > 0 })
            foreach (var (_, item) in container.Items(list))
                if ((item.Text(field) ?? "") == value)
                    return true;
        return false;
    }

    // Upstream does not say which mount has the bad path.
    private static void CheckSubPaths(JsonObject mount, FieldPath item, FieldPath path, FieldErrors errors)
    {
        var plain = mount.Text("subPath") ?? "";
        var expanded = mount.Text("subPathExpr") ?? "";
        if (plain.Length > 0)
            PathRules.Descending(plain, path.Child("subPath"), errors);
        if (expanded.Length == 0)
            return;
        if (plain.Length > 0)
            errors.Invalid(item.Child("subPathExpr"), expanded, "subPathExpr and subPath are mutually exclusive");
        PathRules.Descending(expanded, path.Child("subPathExpr"), errors);
    }

    private static void CheckPropagation(JsonObject container, JsonObject mount, FieldPath path, FieldErrors errors)
    {
        FieldRules.OneOf(mount, "mountPropagation", Propagations, path, errors);
        if (mount.Text("mountPropagation") == "Bidirectional" && container.Object("securityContext").Bool("privileged") != true)
            errors.Forbidden(path.Child("mountPropagation"), "Bidirectional mount propagation is available only to privileged containers");
    }

    private static void CheckRecursion(JsonObject mount, FieldPath path, FieldErrors errors)
    {
        FieldRules.OneOf(mount, "recursiveReadOnly", Recursions, path, errors);
        if (mount.Text("recursiveReadOnly") is not ("Enabled" or "IfPossible"))
            return;
        if (mount.Bool("readOnly") != true)
            errors.Forbidden(path.Child("recursiveReadOnly"), "may only be specified when readOnly is true");
        if (mount.Text("mountPropagation") is not (null or "None"))
            errors.Forbidden(path.Child("recursiveReadOnly"), "may only be specified when mountPropagation is None or not specified");
    }

    private static void CheckDevices(JsonObject container, PodContext pod, FieldPath path, FieldErrors errors)
    {
        var names = new HashSet<string>();
        var paths = new HashSet<string>();
        foreach (var (i, device) in container.Items("volumeDevices"))
        {
            var item = path.Index(i);
            var name = FieldRules.Required(device, "name", item, errors) ?? "";
            if (name.Length > 0 && !names.Add(name))
                errors.Invalid(item.Child("name"), name, "must be unique");
            if (!pod.Volumes.TryGetValue(name, out var volume))
                errors.NotFound(item.Child("name"), name);
            else if (!volume.ContainsKey("persistentVolumeClaim") && !volume.ContainsKey("ephemeral"))
                errors.Invalid(item.Child("name"), name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            var place = FieldRules.Required(device, "devicePath", item, errors) ?? "";
            if (paths.Contains(place))
                errors.Invalid(item.Child("devicePath"), place, "must be unique");
            if (PathRules.ClimbsUp(place))
                errors.Invalid(item.Child("devicePath"), place, "can not contain backsteps ('..')");
            else
                paths.Add(place);
            if (Has(container, "volumeMounts", "name", name))
                errors.Invalid(item.Child("name"), name, "must not already exist in volumeMounts");
            if (Has(container, "volumeMounts", "mountPath", place))
                errors.Invalid(item.Child("devicePath"), place, "must not already exist as a path in volumeMounts");
        }
    }
}
