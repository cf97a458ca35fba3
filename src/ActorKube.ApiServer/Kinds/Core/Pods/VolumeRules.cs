using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>The volumes of a pod (upstream: <c>ValidateVolumes</c>, <c>validateVolumeSource</c>).</summary>
internal static class VolumeRules
{
    /// <summary>Checks all volumes of a pod.</summary>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Array("volumes") is not { Count: > 0 })
            return;
        var names = new HashSet<string>();
        foreach (var (i, volume) in spec.Items("volumes"))
        {
            var item = path.Index(i);
            CheckSource(volume, item, errors);
            if (FieldRules.Required(volume, "name", item, errors) is not { } name)
                continue;
            if (DnsNames.Label(name) is { Count: > 0 } faults)
                errors.Invalid(item.Child("name"), name, faults);
            if (!names.Add(name))
                errors.Duplicate(item.Child("name"), name);
        }
    }

    private static void CheckSource(JsonObject volume, FieldPath path, FieldErrors errors)
    {
        var count = 0;
        foreach (var (kind, node) in volume)
        {
            if (kind == "name" || node is not JsonObject source)
                continue;
            if (count++ > 0)
                errors.Forbidden(path.Child(kind), "may not specify more than 1 volume type");
            else
                CheckKind(kind, source, path, errors);
        }
        if (count == 0)
            errors.Required(path, "must specify a volume type");
    }

    private static void CheckKind(string kind, JsonObject source, FieldPath owner, FieldErrors errors)
    {
        switch (kind)
        {
            case "emptyDir":
                if (Quantity.TryParse(source["sizeLimit"]?.ToString(), out var limit) && limit.Sign < 0)
                    errors.Forbidden(owner.Child(kind, "sizeLimit"), "SizeLimit field must be a valid resource quantity");
                break;
            case "hostPath":
                if (FieldRules.Required(source, "path", owner.Child(kind), errors) is { } host && PathRules.ClimbsUp(host))
                    errors.Invalid(owner.Child(kind, "path"), host, "must not contain '..'");
                break;
            case "configMap":
                FieldRules.Required(source, "name", owner.Child(kind), errors);
                ProjectionRules.CheckKeys(source, owner.Child(kind), errors);
                break;
            case "secret":
                FieldRules.Required(source, "secretName", owner.Child(kind), errors);
                ProjectionRules.CheckKeys(source, owner.Child(kind), errors);
                break;
            case "downwardAPI": ProjectionRules.CheckDownward(source, owner.Child(kind), errors); break;
            case "projected": ProjectionRules.CheckProjected(source, owner.Child(kind), errors); break;
            case "persistentVolumeClaim": FieldRules.Required(source, "claimName", owner.Child(kind), errors); break;
            case "image": FieldRules.Required(source, "reference", owner.Child(kind), errors); break;
            case "nfs":
                FieldRules.Required(source, "server", owner.Child(kind), errors);
                if (FieldRules.Required(source, "path", owner.Child(kind), errors) is { } exported && !exported.StartsWith('/'))
                    errors.Invalid(owner.Child(kind, "path"), exported, "must be an absolute path");
                break;
            case "csi": FieldRules.Required(source, "driver", owner.Child(kind), errors); break;
            case "gitRepo":
                FieldRules.Required(source, "repository", owner.Child(kind), errors);
                if (source.Text("directory") is { Length: > 0 } directory)
                    PathRules.Descending(directory, owner.Child(kind, "directory"), errors);
                break;
            case "ephemeral":
                if (source.Object("volumeClaimTemplate") is null)
                    errors.Required(owner.Child(kind, "volumeClaimTemplate"));
                break;
            default:
                // The remaining sources belong to storage drivers; their required fields stand in the schema.
                break;
        }
    }
}
