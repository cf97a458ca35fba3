using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Environment variables (upstream: <c>ValidateEnv</c>, <c>ValidateEnvFrom</c>).</summary>
internal static class EnvRules
{
    private static readonly string[] Sources = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"];

    /// <summary>Checks <c>env</c> and <c>envFrom</c> of a container.</summary>
    public static void Check(JsonObject container, FieldPath path, FieldErrors errors)
    {
        if (container.Array("env") is { Count: > 0 })
            CheckVariables(container, path.Child("env"), errors);
        if (container.Array("envFrom") is { Count: > 0 })
            CheckFrom(container, path.Child("envFrom"), errors);
    }

    private static void CheckVariables(JsonObject container, FieldPath path, FieldErrors errors)
    {
        foreach (var (i, variable) in container.Items("env"))
        {
            var name = variable.Text("name") ?? "";
            if (name.Length == 0)
                errors.Required(path.Index(i).Child("name"));
            else if (KeyNames.RelaxedEnvVarName(name) is { Count: > 0 } faults)
                errors.Invalid(path.Index(i).Child("name"), name, faults);
            if (variable.Object("valueFrom") is { } source)
                CheckSource(source, variable.Text("value") ?? "", path.Index(i).Child("valueFrom"), errors);
        }
    }

    private static void CheckSource(JsonObject source, string value, FieldPath path, FieldErrors errors)
    {
        var count = 0;
        foreach (var kind in Sources)
            if (source.Object(kind) is { } reference)
            {
                count++;
                CheckReference(kind, reference, path.Child(kind), errors);
            }
        if (count == 0)
            errors.Invalid(path, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
        else if (value.Length > 0)
            errors.Invalid(path, "", "may not be specified when `value` is not empty");
        else if (count > 1)
            errors.Invalid(path, "", "may not have more than one field specified at a time");
    }

    private static void CheckReference(string kind, JsonObject reference, FieldPath path, FieldErrors errors)
    {
        switch (kind)
        {
            case "fieldRef": DownwardRules.CheckField(reference, DownwardRules.EnvFields, path, errors); break;
            case "resourceFieldRef": DownwardRules.CheckResource(reference, inVolume: false, path, errors); break;
            case "configMapKeyRef" or "secretKeyRef": CheckKey(reference, path, errors); break;
            case "fileKeyRef":
                CheckFileKey(reference, path, errors);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown source of a variable.");
        }
    }

    private static void CheckFileKey(JsonObject reference, FieldPath path, FieldErrors errors)
    {
        if (FieldRules.Required(reference, "key", path, errors) is not null)
            FieldRules.Form(reference, "key", KeyNames.RelaxedEnvVarName, path, errors);
        if (FieldRules.Required(reference, "volumeName", path, errors) is not null)
            FieldRules.Form(reference, "volumeName", DnsNames.Label, path, errors);
        if (FieldRules.Required(reference, "path", path, errors) is { } file && PathRules.ClimbsUp(file))
            errors.Invalid(path.Child("path"), file, "must not contain '..'");
    }

    /// <summary>Variables are read from files of the pod's own directories only (upstream: <c>validateFileKeyRefVolumes</c>).</summary>
    public static void CheckFileVolumes(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        foreach (var list in WindowsRules.ContainerLists)
            foreach (var (i, container) in spec.Items(list))
                foreach (var (place, variable) in container.Items("env"))
                {
                    if (variable.Object("valueFrom").Object("fileKeyRef") is not { } reference)
                        continue;
                    var name = reference.Text("volumeName") ?? "";
                    var field = path.Child(list).Index(i).Child("env").Index(place).Child("valueFrom", "fileKeyRef").Child("volumeName");
                    if (spec.Objects("volumes").LastOrDefault(v => (v.Text("name") ?? "") == name) is not { } volume)
                        errors.NotFound(field, name);
                    else if (volume.Object("emptyDir") is null)
                        errors.Invalid(field, name, "referenced volume must be of type emptyDir");
                }
    }

    private static void CheckKey(JsonObject reference, FieldPath path, FieldErrors errors)
    {
        var name = reference.Text("name") ?? "";
        if (DnsNames.Subdomain(name) is { Count: > 0 } wrong)
            errors.Invalid(path.Child("name"), name, wrong);
        if (FieldRules.Required(reference, "key", path, errors) is { } key && KeyNames.ConfigMapKey(key) is { Count: > 0 } faults)
            errors.Invalid(path.Child("key"), key, faults);
    }

    private static void CheckFrom(JsonObject container, FieldPath path, FieldErrors errors)
    {
        foreach (var (i, source) in container.Items("envFrom"))
        {
            var item = path.Index(i);
            FieldRules.Form(source, "prefix", KeyNames.RelaxedEnvVarName, item, errors);
            var count = 0;
            foreach (var kind in (ReadOnlySpan<string>)["configMapRef", "secretRef"])
                if (source.Object(kind) is { } reference)
                {
                    count++;
                    if (FieldRules.Required(reference, "name", item.Child(kind), errors) is { } name && ObjectNames.Subdomain(name, prefix: true) is { Count: > 0 } faults)
                        errors.Invalid(item.Child(kind, "name"), name, faults);
                }
            // Upstream does not say which item is wrong.
            if (count == 0)
                errors.Invalid(path, "", "must specify one of: `configMapRef` or `secretRef`");
            else if (count > 1)
                errors.Invalid(path, "", "may not have more than one field specified at a time");
        }
    }
}
