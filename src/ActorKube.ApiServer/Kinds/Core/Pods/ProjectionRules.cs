using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Volumes whose files are made from objects (upstream: <c>validateKeyToPath</c>, <c>validateProjectionSources</c>).</summary>
internal static class ProjectionRules
{
    private const string BadMode = "must be a number between 0 and 0777 (octal), both inclusive";
    private const long MinTokenSeconds = 10 * 60;

    /// <summary>Keys of a config map or secret that become files.</summary>
    public static void CheckKeys(JsonObject source, FieldPath path, FieldErrors errors)
    {
        CheckMode(source, "defaultMode", path, errors);
        foreach (var (i, item) in source.Items("items"))
        {
            var child = path.Child("items").Index(i);
            FieldRules.Required(item, "key", child, errors);
            if (FieldRules.Required(item, "path", child, errors) is { } file)
                PathRules.File(file, child.Child("path"), errors);
            CheckMode(item, "mode", child, errors);
        }
    }

    /// <summary>Fields of the pod that become files.</summary>
    public static void CheckDownward(JsonObject source, FieldPath path, FieldErrors errors)
    {
        CheckMode(source, "defaultMode", path, errors);
        foreach (var (_, item) in source.Items("items"))
        {
            // Upstream does not say which item is wrong.
            var child = path;
            if (FieldRules.Required(item, "path", child, errors) is { } file)
                PathRules.File(file, child.Child("path"), errors);
            var field = item.Object("fieldRef");
            var resource = item.Object("resourceFieldRef");
            if (field is not null)
            {
                DownwardRules.CheckField(field, DownwardRules.VolumeFields, child.Child("fieldRef"), errors);
                if (resource is not null)
                    errors.Invalid(child, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
            }
            else if (resource is not null)
                DownwardRules.CheckResource(resource, inVolume: true, child.Child("resourceFieldRef"), errors);
            else
                errors.Required(child, "one of fieldRef and resourceFieldRef is required");
            CheckMode(item, "mode", child, errors);
        }
    }

    /// <summary>Several sources in one directory.</summary>
    public static void CheckProjected(JsonObject source, FieldPath path, FieldErrors errors)
    {
        CheckMode(source, "defaultMode", path, errors);
        foreach (var (i, projection) in source.Items("sources"))
        {
            var item = path.Child("sources").Index(i);
            var count = 0;
            foreach (var (kind, node) in projection)
            {
                if (node is not JsonObject part)
                    continue;
                if (count++ > 0)
                    errors.Forbidden(item.Child(kind), "may not specify more than 1 volume type");
                else
                    CheckProjection(kind, part, item.Child(kind), errors);
            }
            if (count == 0)
                errors.Required(item, "must specify a volume type");
        }
    }

    private static void CheckProjection(string kind, JsonObject part, FieldPath path, FieldErrors errors)
    {
        switch (kind)
        {
            case "secret" or "configMap":
                FieldRules.Required(part, "name", path, errors);
                CheckKeys(part, path, errors);
                break;
            case "downwardAPI":
                CheckDownward(part, path, errors);
                break;
            case "serviceAccountToken":
                CheckToken(part, path, errors);
                break;
            default:
                // Trust bundles and pod certificates: their required fields stand in the schema.
                if (part.Text("path") is { Length: > 0 } file)
                    PathRules.File(file, path.Child("path"), errors);
                break;
        }
    }

    private static void CheckToken(JsonObject token, FieldPath path, FieldErrors errors)
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
        if (FieldRules.Required(token, "path", path, errors) is { } file)
            PathRules.File(file, path.Child("path"), errors);
    }

    private static void CheckMode(JsonObject parent, string field, FieldPath path, FieldErrors errors)
    {
        if (parent.Int64(field) is { } mode and (< 0 or > 0x1FF))
            errors.Invalid(path.Child(field), mode, BadMode);
    }
}
