using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Where a container sees the pod's volumes (upstream: <c>ValidateVolumeMounts</c>, <c>ValidateVolumeDevices</c>).</summary>
internal static class MountRules
{
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
        var devices = container.Items("volumeDevices").Select(static d => d.Item.Text("devicePath")).ToHashSet();
        foreach (var (i, mount) in container.Items("volumeMounts"))
        {
            var item = path.Index(i);
            if (FieldRules.Required(mount, "name", item, errors) is { } name && !pod.Volumes.ContainsKey(name))
                errors.NotFound(item.Child("name"), name);
            if (FieldRules.Required(mount, "mountPath", item, errors) is { } place)
            {
                if (!paths.Add(place))
                    errors.Invalid(item.Child("mountPath"), place, "must be unique");
                if (devices.Contains(place))
                    errors.Invalid(item.Child("mountPath"), place, "must not already exist as a path in volumeDevices");
            }
            CheckSubPaths(mount, item, errors);
            CheckPropagation(container, mount, item, errors);
        }
    }

    private static void CheckSubPaths(JsonObject mount, FieldPath path, FieldErrors errors)
    {
        var plain = mount.Text("subPath") ?? "";
        var expanded = mount.Text("subPathExpr") ?? "";
        if (plain.Length > 0)
            PathRules.Descending(plain, path.Child("subPath"), errors);
        if (expanded.Length == 0)
            return;
        if (plain.Length > 0)
            errors.Invalid(path.Child("subPathExpr"), expanded, "subPathExpr and subPath are mutually exclusive");
        PathRules.Descending(expanded, path.Child("subPathExpr"), errors);
    }

    private static void CheckPropagation(JsonObject container, JsonObject mount, FieldPath path, FieldErrors errors)
    {
        switch (mount.Text("mountPropagation"))
        {
            case null or "" or "None" or "HostToContainer":
                break;
            case "Bidirectional":
                if (container.Object("securityContext").Bool("privileged") != true)
                    errors.Forbidden(path.Child("mountPropagation"), "Bidirectional mount propagation is available only to privileged containers");
                break;
            case var other:
                errors.NotSupported(path.Child("mountPropagation"), other, "Bidirectional", "HostToContainer", "None");
                break;
        }
    }

    private static void CheckDevices(JsonObject container, PodContext pod, FieldPath path, FieldErrors errors)
    {
        var paths = new HashSet<string>();
        foreach (var (i, device) in container.Items("volumeDevices"))
        {
            var item = path.Index(i);
            if (FieldRules.Required(device, "name", item, errors) is { } name)
            {
                if (!pod.Volumes.TryGetValue(name, out var volume))
                    errors.NotFound(item.Child("name"), name);
                else if (!volume.ContainsKey("persistentVolumeClaim") && !volume.ContainsKey("ephemeral"))
                    errors.Invalid(item.Child("name"), name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            }
            if (FieldRules.Required(device, "devicePath", item, errors) is not { } place)
                continue;
            if (!paths.Add(place))
                errors.Invalid(item.Child("devicePath"), place, "must be unique");
            if (PathRules.ClimbsUp(place))
                errors.Invalid(item.Child("devicePath"), place, "can not contain backsteps ('..')");
        }
    }
}
