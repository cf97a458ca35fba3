using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Annotations that mean something to Kubernetes itself (upstream: <c>ValidatePodSpecificAnnotations</c> and what it calls).</summary>
internal static class PodAnnotationRules
{
    /// <summary>Marks a pod that stands in a file on its node.</summary>
    public const string Mirror = "kubernetes.io/config.mirror";

    /// <summary>Whether a pod with these metadata stands in a file on its node.</summary>
    public static bool IsMirror(JsonObject? metadata) => metadata.Object("annotations")?.ContainsKey(Mirror) == true;

    /// <summary>Beginning of the old annotations that name the AppArmor profiles of containers.</summary>
    public const string AppArmor = "container.apparmor.security.beta.kubernetes.io/";

    /// <summary>The old annotation that names the seccomp profile of a pod.</summary>
    public const string Seccomp = "seccomp.security.alpha.kubernetes.io/pod";

    /// <summary>Beginning of those that name the profiles of containers.</summary>
    public const string ContainerSeccomp = "container.seccomp.security.alpha.kubernetes.io/";

    private const string DeletionCost = "controller.kubernetes.io/pod-deletion-cost";

    /// <summary>Checks the annotations of a pod or of a template.</summary>
    public static void Check(JsonObject? annotations, JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (annotations is null || annotations.Count == 0)
            return;
        if (annotations.Text(Mirror) is { } mirror && string.IsNullOrEmpty(spec.Text("nodeName")))
            errors.Invalid(path.Key(Mirror), mirror, "must set spec.nodeName if mirror pod annotation is set");
        if (annotations.Text(DeletionCost) is { } cost && !IsCost(cost))
            errors.Invalid(path.Key(DeletionCost), cost, "must be a 32bit integer");
        if (annotations.Text(Seccomp) is { } profile)
            CheckSeccomp(profile, path.Child(Seccomp), errors);
        foreach (var (key, value) in annotations)
            if (key.StartsWith(ContainerSeccomp, StringComparison.Ordinal))
                CheckSeccomp(value.Text() ?? "", path.Child(key), errors);
        foreach (var (key, value) in annotations)
            if (key.StartsWith(AppArmor, StringComparison.Ordinal))
                CheckAppArmor(key, value.Text() ?? "", spec, path.Key(key), errors);
    }

    /// <summary>Checks what an update does to them.</summary>
    public static void CheckUpdate(JsonObject? annotations, JsonObject? old, FieldPath path, FieldErrors errors)
    {
        foreach (var (key, before) in old ?? [])
        {
            if (annotations.Text(key) is { } now && now == before.Text())
                continue;
            if (key.StartsWith(AppArmor, StringComparison.Ordinal))
                errors.Forbidden(path.Key(key), "may not remove or update AppArmor annotations");
            if (key == Mirror)
                errors.Forbidden(path.Key(key), "may not remove or update mirror pod annotation");
        }
        foreach (var (key, _) in annotations ?? [])
        {
            if (old?.ContainsKey(key) == true)
                continue;
            if (key.StartsWith(AppArmor, StringComparison.Ordinal))
                errors.Forbidden(path.Key(key), "may not add AppArmor annotations");
            if (key == Mirror)
                errors.Forbidden(path.Key(key), "may not add mirror pod annotation");
        }
    }

    private static bool IsCost(string text) =>
        text.Length > 0 && (text[0] is '-' or (>= '1' and <= '9') || text == "0")
        && int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out _);

    private static void CheckSeccomp(string profile, FieldPath path, FieldErrors errors)
    {
        if (profile is "runtime/default" or "docker/default" or "unconfined")
            return;
        if (profile.StartsWith("localhost/", StringComparison.Ordinal))
            PathRules.Descending(profile["localhost/".Length..], path, errors);
        else
            errors.Invalid(path, profile, "must be a valid seccomp profile");
    }

    private static void CheckAppArmor(string key, string profile, JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var container = key[AppArmor.Length..];
        if (!WindowsRules.ContainerLists.Any(list => spec.Items(list).Any(c => c.Item.Text("name") == container)))
            errors.Invalid(path, container, "container not found");
        if (profile is not ("" or "runtime/default" or "unconfined") && !profile.StartsWith("localhost/", StringComparison.Ordinal))
            errors.Invalid(path, profile, $"invalid AppArmor profile name: \"{profile}\"");
    }
}
