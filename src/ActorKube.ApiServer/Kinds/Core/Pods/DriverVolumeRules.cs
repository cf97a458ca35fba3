using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Volumes of storage systems, each with a few fields it cannot do without (upstream: the <c>validate…VolumeSource</c> of each).</summary>
internal static class DriverVolumeRules
{
    private const int MaxDriverName = 63;
    private static readonly string[] DiskCaching = ["None", "ReadOnly", "ReadWrite"];
    private static readonly string[] DiskKinds = ["Dedicated", "Managed", "Shared"];

    private static readonly Dictionary<string, string[]> RequiredFields = new()
    {
        ["gcePersistentDisk"] = ["pdName"],
        ["awsElasticBlockStore"] = ["volumeID"],
        ["nfs"] = ["server", "path"],
        ["glusterfs"] = ["endpoints", "path"],
        ["rbd"] = ["monitors", "image"],
        ["cinder"] = ["volumeID"],
        ["cephfs"] = ["monitors"],
        ["flexVolume"] = ["driver"],
        ["azureFile"] = ["secretName", "shareName"],
        ["vsphereVolume"] = ["volumePath"],
        ["photonPersistentDisk"] = ["pdID"],
        ["portworxVolume"] = ["volumeID"],
        ["azureDisk"] = ["diskName", "diskURI"],
        ["scaleIO"] = ["gateway", "system", "volumeName"],
        ["iscsi"] = ["targetPortal", "iqn"],
        ["storageos"] = ["volumeName"],
    };

    /// <summary>Checks the source of a volume.</summary>
    /// <param name="kind">Field that holds the source.</param>
    /// <param name="source">The source.</param>
    /// <param name="name">Name of the volume.</param>
    /// <param name="owner">Path of the volume.</param>
    /// <param name="errors">Where findings go.</param>
    public static void Check(string kind, JsonObject source, string name, FieldPath owner, FieldErrors errors)
    {
        // Upstream calls the oldest of them by the name it had first.
        var path = owner.Child(kind == "gcePersistentDisk" ? "persistentDisk" : kind);
        foreach (var field in RequiredFields.GetValueOrDefault(kind, []))
            if (source[field] is null or JsonArray { Count: 0 } || source.Text(field) is "")
                errors.Required(path.Child(field));
        switch (kind)
        {
            case "gcePersistentDisk" or "awsElasticBlockStore":
                if (source.Int64("partition") is { } partition and (< 0 or > 255))
                    errors.Invalid(path.Child("partition"), partition, "must be between 1 and 255, inclusive");
                break;
            case "nfs":
                if (source.Text("path") is not ['/', ..] and var exported)
                    errors.Invalid(path.Child("path"), exported ?? "", "must be an absolute path");
                break;
            case "iscsi": CheckIscsi(source, name, path, owner, errors); break;
            case "flocker": CheckFlocker(source, path, errors); break;
            case "quobyte": CheckQuobyte(source, path, errors); break;
            case "cinder":
                if (source.Object("secretRef") is { } secret)
                    FieldRules.Required(secret, "name", path.Child("secretRef"), errors);
                break;
            case "fc": CheckFibreChannel(source, path, errors); break;
            case "flexVolume": CheckFlexOptions(source, path, errors); break;
            case "azureDisk": CheckAzureDisk(source, path, errors); break;
            case "storageos":
                FieldRules.Form(source, "volumeName", DnsNames.Label, path, errors);
                FieldRules.Form(source, "volumeNamespace", DnsNames.Label, path, errors);
                if (source.Object("secretRef") is { } reference)
                    FieldRules.Required(reference, "name", path.Child("secretRef"), errors);
                break;
            case "csi": CheckCsi(source, path, errors); break;
            default: break;
        }
    }

    private static void CheckIscsi(JsonObject source, string name, FieldPath path, FieldPath owner, FieldErrors errors)
    {
        CheckIscsiName(source.Text("iqn"), path.Child("iqn"), errors);
        if (source.Int64("lun") is { } lun and (< 0 or > 255))
            errors.Invalid(path.Child("lun"), lun, "must be between 0 and 255, inclusive");
        if ((source.Bool("chapAuthDiscovery") == true || source.Bool("chapAuthSession") == true) && source.Object("secretRef") is null)
            errors.Required(path.Child("secretRef"));
        if (source.Text("initiatorName") is not { } initiator)
            return;
        CheckIscsiName(initiator, path.Child("initiatorname"), errors);
        if ($"{name}:{source.Text("targetPortal")}".Length > IscsiNames.MaxNameAndPortal)
            errors.Invalid(owner.Child("name"), name, IscsiNames.TooLong);
    }

    private static void CheckIscsiName(string? name, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(name))
            return;
        if (!IscsiNames.IsName(name))
            errors.Invalid(path, name, name.StartsWith("iqn", StringComparison.Ordinal) || name.StartsWith("eui", StringComparison.Ordinal) || name.StartsWith("naa", StringComparison.Ordinal) ? "must be valid format" : "must be valid format starting with iqn, eui, or naa");
    }

    private static void CheckFlocker(JsonObject source, FieldPath path, FieldErrors errors)
    {
        var (name, uuid) = (source.Text("datasetName") ?? "", source.Text("datasetUUID") ?? "");
        if (name.Length == 0 && uuid.Length == 0)
            errors.Required(path, "one of datasetName and datasetUUID is required");
        if (name.Length > 0 && uuid.Length > 0)
            errors.Invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously");
        if (name.Contains('/', StringComparison.Ordinal))
            errors.Invalid(path.Child("datasetName"), name, "must not contain '/'");
    }

    private static void CheckQuobyte(JsonObject source, FieldPath path, FieldErrors errors)
    {
        const string form = "must be a host:port pair or multiple pairs separated by commas";
        var registry = source.Text("registry") ?? "";
        if (registry.Length == 0)
            errors.Required(path.Child("registry"), form);
        else if (source.Text("tenant") is { Length: >= 65 })
            errors.Required(path.Child("tenant"), "must be a UUID and may not exceed a length of 64 characters");
        else
            foreach (var pair in registry.Split(','))
                if (pair.LastIndexOf(':') is var colon && (colon < 0 || (!pair.StartsWith('[') && pair.IndexOf(':', StringComparison.Ordinal) != colon)))
                    errors.Invalid(path.Child("registry"), registry, form);
        FieldRules.Required(source, "volume", path, errors);
    }

    private static void CheckFibreChannel(JsonObject source, FieldPath path, FieldErrors errors)
    {
        var targets = source.Array("targetWWNs") is { Count: > 0 };
        var ids = source.Array("wwids") is { Count: > 0 };
        if (!targets && !ids)
            errors.Required(path.Child("targetWWNs"), "must specify either targetWWNs or wwids, but not both");
        if (targets && ids)
            errors.Invalid(path.Child("targetWWNs"), source["targetWWNs"], "targetWWNs and wwids can not be specified simultaneously");
        if (!targets)
            return;
        if (source["lun"] is null)
            errors.Required(path.Child("lun"), "lun is required if targetWWNs is specified");
        else
            FieldRules.Between(source, "lun", 0, 255, path, errors);
    }

    private static void CheckFlexOptions(JsonObject source, FieldPath path, FieldErrors errors)
    {
        foreach (var (key, _) in source.Object("options") ?? [])
        {
            var domain = "." + key.Split('/')[0].ToLowerInvariant();
            if (domain.EndsWith(".kubernetes.io", StringComparison.Ordinal) || domain.EndsWith(".k8s.io", StringComparison.Ordinal))
                errors.Invalid(path.Child("options").Key(key), key, "kubernetes.io and k8s.io namespaces are reserved");
        }
    }

    private static void CheckAzureDisk(JsonObject source, FieldPath path, FieldErrors errors)
    {
        FieldRules.OneOf(source, "cachingMode", DiskCaching, path, errors);
        FieldRules.OneOf(source, "kind", DiskKinds, path, errors);
        if (source.Text("kind") is not { } kind)
            return;
        var uri = source.Text("diskURI") ?? "";
        if (kind == "Managed" && !uri.StartsWith("/subscriptions/", StringComparison.Ordinal))
            errors.NotSupported(path.Child("diskURI"), uri, "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}");
        if (kind != "Managed" && !uri.StartsWith("https://", StringComparison.Ordinal))
            errors.NotSupported(path.Child("diskURI"), uri, "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd");
    }

    /// <summary>The name of a CSI driver (upstream: <c>ValidateCSIDriverName</c>).</summary>
    public static void CheckDriverName(string driver, FieldPath path, FieldErrors errors)
    {
        if (driver.Length == 0)
        {
            errors.Required(path);
            return;
        }
        if (driver.Length > MaxDriverName)
            errors.TooLong(path, MaxDriverName);
        errors.Invalid(path, driver, DnsNames.Subdomain(driver.ToLowerInvariant()));
    }

    private static void CheckCsi(JsonObject source, FieldPath path, FieldErrors errors)
    {
        CheckDriverName(source.Text("driver") ?? "", path.Child("driver"), errors);
        if (source.Object("nodePublishSecretRef") is not { } secret)
            return;
        if (FieldRules.Required(secret, "name", path.Child("nodePublishSecretRef"), errors) is { } name && DnsNames.Subdomain(name) is { Count: > 0 } faults)
            errors.Invalid(path.Child("name"), name, faults);
    }
}
