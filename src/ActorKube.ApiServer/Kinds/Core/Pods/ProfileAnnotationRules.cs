using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>
/// Profiles used to stand in annotations; a new pod that has both has to say the same in both (upstream: <c>validateSeccompAnnotationsAndFields</c>,
/// <c>validateAppArmorAnnotationsAndFieldsMatchOnCreate</c>).
/// </summary>
internal static class ProfileAnnotationRules
{
    /// <summary>Checks a new pod or a template.</summary>
    public static void Check(JsonObject? annotations, JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (annotations is null || annotations.Count == 0)
            return;
        var context = spec.Object("securityContext");
        CheckOne(annotations.Text(PodAnnotationRules.Seccomp), context.Object("seccompProfile"), "seccomp", path.Child("securityContext", "seccompProfile"), errors);
        foreach (var (container, place) in Containers(spec, path))
            CheckOne(annotations.Text(PodAnnotationRules.ContainerSeccomp + container.Text("name")), container.Object("securityContext").Object("seccompProfile"), "seccomp",
                place.Child("securityContext", "seccompProfile"), errors);
        if (spec.Object("os").Text("name") == "windows")
            return;
        foreach (var (container, place) in Containers(spec, path))
            CheckOne(annotations.Text(PodAnnotationRules.AppArmor + container.Text("name")),
                container.Object("securityContext").Object("appArmorProfile") ?? context.Object("appArmorProfile"), "apparmor", place.Child("securityContext", "appArmorProfile"), errors);
    }

    private static IEnumerable<(JsonObject Container, FieldPath Path)> Containers(JsonObject spec, FieldPath path)
    {
        foreach (var list in WindowsRules.ContainerLists)
            foreach (var (i, container) in spec.Items(list))
                yield return (container, path.Child(list).Index(i));
    }

    private static void CheckOne(string? annotation, JsonObject? profile, string what, FieldPath path, FieldErrors errors)
    {
        if (annotation is null || profile is null)
            return;
        const string local = "localhost/";
        var type = profile.Text("type");
        var fits = type switch
        {
            "Unconfined" => annotation == "unconfined",
            "RuntimeDefault" => annotation == "runtime/default" || (what == "seccomp" && annotation == "docker/default"),
            "Localhost" => annotation.StartsWith(local, StringComparison.Ordinal),
            _ => true,
        };
        if (!fits)
            errors.Forbidden(path.Child("type"), $"{what} type in annotation and field must match");
        else if (type == "Localhost" && annotation[local.Length..] != profile.Text("localhostProfile"))
            errors.Forbidden(path.Child("localhostProfile"), $"{what} profile in annotation and field must match");
    }
}
