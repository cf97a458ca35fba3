using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;

namespace ActorKube.ApiServer.Kinds.Core.Volumes;

/// <summary>What persistent volumes are made of. Their secrets and endpoints stand in a namespace that they name, which is what sets them apart from the volumes of pods (upstream: the <c>validate…PersistentVolumeSource</c> of each).</summary>
internal static class PersistentSourceRules
{
    private const string BadFormat = "must be valid format";
    private static readonly string[] Secrets = ["controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef"];

    /// <summary>Checks a source.</summary>
    /// <param name="kind">Field that holds it.</param>
    /// <param name="source">The source.</param>
    /// <param name="spec">Spec of the volume.</param>
    /// <param name="name">Name of the volume.</param>
    /// <param name="path">Path of the spec.</param>
    /// <param name="errors">Where findings go.</param>
    public static void Check(string kind, JsonObject source, JsonObject spec, string name, FieldPath path, FieldErrors errors)
    {
        var own = path.Child(kind);
        switch (kind)
        {
            case "hostPath": CheckDirectory(source, own, errors); break;
            case "local":
                CheckDirectory(source, own, errors);
                if (spec.Object("nodeAffinity") is null)
                    errors.Required(path.Child("nodeAffinity"), "Local volume requires node affinity");
                break;
            case "csi": CheckDriver(source, own, errors); break;
            case "iscsi": CheckIscsi(source, name, own, errors); break;
            case "cinder" or "storageos":
                DriverVolumeRules.Check(kind, source, name, path, errors);
                if (source.Object("secretRef") is { } secret)
                    FieldRules.Required(secret, "namespace", own.Child("secretRef"), errors);
                break;
            case "glusterfs":
                DriverVolumeRules.Check(kind, source, name, path, errors);
                if (source.Text("endpointsNamespace") is "")
                    errors.Invalid(own.Child("endpointsNamespace"), "", "if the endpointnamespace is set, it must be a valid namespace name");
                FieldRules.Form(source, "endpointsNamespace", DnsNames.Label, own, errors);
                break;
            case "azureFile":
                DriverVolumeRules.Check(kind, source, name, path, errors);
                if (source.Text("secretNamespace") is "")
                    errors.Required(own.Child("secretNamespace"));
                break;
            default: DriverVolumeRules.Check(kind, source, name, path, errors); break;
        }
    }

    private static void CheckDirectory(JsonObject source, FieldPath path, FieldErrors errors)
    {
        if (FieldRules.Required(source, "path", path, errors) is { } place && PathRules.ClimbsUp(place))
            errors.Invalid(path.Child("path"), place, "must not contain '..'");
    }

    private static void CheckDriver(JsonObject source, FieldPath path, FieldErrors errors)
    {
        DriverVolumeRules.CheckDriverName(source.Text("driver") ?? "", path.Child("driver"), errors);
        FieldRules.Required(source, "volumeHandle", path, errors);
        foreach (var secret in Secrets)
            if (source.Object(secret) is { } reference)
            {
                if (FieldRules.Required(reference, "name", path.Child(secret), errors) is { } name)
                    errors.Invalid(path.Child(secret, "name"), name, DnsNames.Subdomain(name));
                if (FieldRules.Required(reference, "namespace", path.Child(secret), errors) is { } space)
                    errors.Invalid(path.Child(secret, "namespace"), space, DnsNames.Label(space));
            }
    }

    // Upstream says the same as of the volumes of pods in other words, and complains about the portal where it means the name.
    private static void CheckIscsi(JsonObject source, string name, FieldPath path, FieldErrors errors)
    {
        var portal = FieldRules.Required(source, "targetPortal", path, errors) ?? "";
        var initiator = source.Text("initiatorName");
        if (initiator is not null && $"{name}:{portal}".Length > IscsiNames.MaxNameAndPortal)
            errors.Invalid(path.Child("targetportal"), portal, IscsiNames.TooLong);
        if (FieldRules.Required(source, "iqn", path, errors) is { } target && !IscsiNames.IsName(target))
            errors.Invalid(path.Child("iqn"), target, BadFormat);
        FieldRules.Between(source, "lun", 0, 255, path, errors);
        var secret = source.Object("secretRef");
        if (secret is null && (source.Bool("chapAuthDiscovery") == true || source.Bool("chapAuthSession") == true))
            errors.Required(path.Child("secretRef"));
        if (secret is not null)
            FieldRules.Required(secret, "name", path.Child("secretRef"), errors);
        if (initiator is not null && !IscsiNames.IsName(initiator))
            errors.Invalid(path.Child("initiatorname"), initiator, BadFormat);
    }
}
