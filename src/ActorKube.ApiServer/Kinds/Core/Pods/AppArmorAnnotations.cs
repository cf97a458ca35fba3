using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>
/// AppArmor profiles used to stand in annotations, and nodes look at the fields only. A new pod whose container says it the old way gets the field, or it would run unconfined
/// (upstream: <c>applyAppArmorVersionSkew</c>).
/// </summary>
internal static class AppArmorAnnotations
{
    private const string Local = "localhost/";

    /// <summary>Completes the containers of a pod.</summary>
    public static void CopyToFields(JsonObject pod)
    {
        var annotations = pod.Object("metadata").Object("annotations");
        if (pod.Object("spec") is not { } spec || annotations is null || spec.Object("os").Text("name") == "windows")
            return;
        var ofPod = spec.Object("securityContext").Object("appArmorProfile");
        foreach (var list in WindowsRules.ContainerLists)
            foreach (var (_, container) in spec.Items(list))
                if (container.Object("securityContext").Object("appArmorProfile") is null && ProfileOf(container, annotations) is { } profile && !JsonEquality.Same(profile, ofPod))
                    container.ObjectOrNew("securityContext")["appArmorProfile"] = profile;
    }

    /// <summary>Whether a container has its profile by annotation, or would have it so.</summary>
    public static bool Decides(JsonObject container, JsonObject annotations, JsonObject spec) =>
        annotations.ContainsKey(PodAnnotationRules.AppArmor + container.Text("name"))
        && (container.Object("securityContext").Object("appArmorProfile") is { } own ? JsonEquality.Same(own, ProfileOf(container, annotations)) : spec.Object("securityContext").Object("appArmorProfile") is null);

    // What makes no valid field is left to the check of annotations.
    private static JsonObject? ProfileOf(JsonObject container, JsonObject annotations)
    {
        var profile = annotations.Text(PodAnnotationRules.AppArmor + container.Text("name")) switch
        {
            "unconfined" => new JsonObject { ["type"] = "Unconfined" },
            "runtime/default" => new JsonObject { ["type"] = "RuntimeDefault" },
            { } text when text.StartsWith(Local, StringComparison.Ordinal) => new JsonObject { ["type"] = "Localhost", ["localhostProfile"] = text[Local.Length..] },
            _ => null,
        };
        var faults = new FieldErrors();
        if (profile is not null)
            ProfileRules.CheckAppArmor(new JsonObject { ["appArmorProfile"] = profile.DeepClone() }, FieldPath.Root, faults);
        return faults.Count == 0 ? profile : null;
    }
}
