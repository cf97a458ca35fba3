using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Validation;

/// <summary>Validation of <c>metadata.ownerReferences</c>.</summary>
internal static class OwnerReferenceRules
{
    public static void Validate(JsonArray? owners, FieldPath path, FieldErrors errors)
    {
        if (owners is null)
            return;
        string? controller = null;
        for (var i = 0; i < owners.Count; i++)
        {
            if (owners[i] is not JsonObject owner)
                continue;
            ValidateOwner(owner, path.Index(i), errors);
            if (owner.Bool("controller") != true)
                continue;
            var name = $"{owner.Text("kind")}/{owner.Text("name")}";
            if (controller is null)
                controller = name;
            else
                errors.Invalid(path, owners, $"Only one reference can have Controller set to true. Found \"true\" in references for {controller} and {name}");
        }
    }

    private static void ValidateOwner(JsonObject owner, FieldPath path, FieldErrors errors)
    {
        var apiVersion = owner.Text("apiVersion") ?? "";
        if (apiVersion.Length == 0)
            errors.Required(path.Child("apiVersion"), "must not be empty");
        else if (apiVersion[^1] == '/' || apiVersion.Count(c => c == '/') > 1)
            errors.Invalid(path.Child("apiVersion"), apiVersion, "must be <group>/<version> or <version>");
        foreach (var field in (string[])["kind", "name", "uid"])
            if (string.IsNullOrEmpty(owner.Text(field)))
                errors.Required(path.Child(field), "must not be empty");
        if (apiVersion == "v1" && owner.Text("kind") == "Event")
            errors.Invalid(path, owner, "/v1, Kind=Event is disallowed from being an owner");
    }
}
