using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Volumes whose files are made from objects (upstream: <c>validateKeyToPath</c>, <c>validateProjectionSources</c>).</summary>
internal static class ProjectionRules
{
    private const string BadMode = "must be a number between 0 and 0777 (octal), both inclusive";

    /// <summary>Upstream's sentence about a path that two sources want.</summary>
    public const string PathTaken = "conflicting duplicate paths";

    private const long MinTokenSeconds = 10 * 60;

    /// <summary>Keys of a config map or secret that become files.</summary>
    public static void CheckKeys(JsonObject source, FieldPath path, FieldErrors errors)
    {
        CheckMode(source, "defaultMode", path, errors);
        foreach (var (i, item) in source.Items("items"))
            CheckKey(item, path.Child("items").Index(i), errors);
    }

    private static void CheckKey(JsonObject item, FieldPath path, FieldErrors errors)
    {
        FieldRules.Required(item, "key", path, errors);
        if (FieldRules.Required(item, "path", path, errors) is { } file)
            PathRules.File(file, path.Child("path"), errors);
        CheckMode(item, "mode", path, errors);
    }

    /// <summary>Fields of the pod that become files.</summary>
    public static void CheckDownward(JsonObject source, FieldPath path, FieldErrors errors)
    {
        CheckMode(source, "defaultMode", path, errors);
        foreach (var (_, item) in source.Items("items"))
            CheckDownwardFile(item, path, errors);
    }

    // Upstream does not say which item is wrong.
    private static void CheckDownwardFile(JsonObject item, FieldPath path, FieldErrors errors)
    {
        if (FieldRules.Required(item, "path", path, errors) is { } file)
            PathRules.File(file, path.Child("path"), errors);
        var field = item.Object("fieldRef");
        var resource = item.Object("resourceFieldRef");
        if (field is not null)
        {
            DownwardRules.CheckField(field, DownwardRules.VolumeFields, path.Child("fieldRef"), errors);
            if (resource is not null)
                errors.Invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
        }
        else if (resource is not null)
            DownwardRules.CheckResource(resource, inVolume: true, path.Child("resourceFieldRef"), errors);
        else
            errors.Required(path, "one of fieldRef and resourceFieldRef is required");
        CheckMode(item, "mode", path, errors);
    }

    /// <summary>Several sources in one directory.</summary>
    public static void CheckProjected(JsonObject source, FieldPath path, FieldErrors errors)
    {
        CheckMode(source, "defaultMode", path, errors);
        HashSet<string>? taken = null;
        foreach (var (i, projection) in source.Items("sources"))
        {
            var item = path.Child("sources").Index(i);
            var count = 0;
            foreach (var kind in (ReadOnlySpan<string>)["secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate"])
            {
                if (projection.Object(kind) is not { } part)
                    continue;
                count++;
                CheckProjection(kind, part, taken ??= [], item.Child(kind), path, errors);
            }
            if (count > 1)
                errors.Forbidden(item, "may not specify more than 1 volume type per source");
        }
    }

    private static void CheckProjection(string kind, JsonObject part, HashSet<string> taken, FieldPath path, FieldPath volume, FieldErrors errors)
    {
        switch (kind)
        {
            case "secret" or "configMap":
                FieldRules.Required(part, "name", path, errors);
                foreach (var (i, item) in part.Items("items"))
                {
                    CheckKey(item, path.Child("items").Index(i), errors);
                    if (item.Text("path") is { Length: > 0 } key && !taken.Add(key))
                        errors.Invalid(volume, part.Text("name") ?? "", PathTaken);
                }
                break;
            case "downwardAPI":
                foreach (var (_, item) in part.Items("items"))
                {
                    CheckDownwardFile(item, path, errors);
                    if (item.Text("path") is { Length: > 0 } field && !taken.Add(field))
                        errors.Invalid(volume, field, PathTaken);
                }
                break;
            case "serviceAccountToken": CheckToken(part, path, volume, errors); break;
            case "clusterTrustBundle": CertificateProjectionRules.CheckBundle(part, taken, path, volume, errors); break;
            case "podCertificate": CertificateProjectionRules.CheckCertificate(part, taken, path, volume, errors); break;
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown projection.");
        }
    }

    // Upstream reports the path of a token as one of the volume's.
    private static void CheckToken(JsonObject token, FieldPath path, FieldPath volume, FieldErrors errors)
    {
        switch (token.Int64("expirationSeconds"))
        {
            case < MinTokenSeconds and var seconds:
                errors.Invalid(path.Child("expirationSeconds"), seconds, "may not specify a duration less than 10 minutes");
                break;
            case > 1L << 32 and var seconds:
                errors.Invalid(path.Child("expirationSeconds"), seconds, "may not specify a duration larger than 2^32 seconds");
                break;
            default:
                break;
        }
        if (FieldRules.Required(token, "path", volume, errors) is { } file)
            PathRules.File(file, volume.Child("path"), errors);
    }

    private static void CheckMode(JsonObject parent, string field, FieldPath path, FieldErrors errors)
    {
        if (parent.Int64(field) is { } mode and (< 0 or > 0x1FF))
            errors.Invalid(path.Child(field), mode, BadMode);
    }
}
