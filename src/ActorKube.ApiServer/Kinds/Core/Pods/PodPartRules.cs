using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Changes through <c>/ephemeralcontainers</c> (upstream: <c>ValidatePodEphemeralContainersUpdate</c>).</summary>
internal static class PodPartRules
{
    /// <summary>Checks containers that are added for debugging: those that are there stay as they are.</summary>
    public static void CheckEphemeralContainers(JsonObject pod, JsonObject old, FieldErrors errors)
    {
        if (PodAnnotationRules.IsMirror(old.Object("metadata")))
        {
            errors.Forbidden(FieldPath.Root, "static pods do not support ephemeral containers");
            return;
        }
        PodSpecRules.CheckPod(pod, errors, old);
        var path = FieldPath.Spec.Child("ephemeralContainers");
        foreach (var (_, before) in old.Object("spec").Items("ephemeralContainers"))
        {
            var name = before.Text("name") ?? "";
            var now = pod.Object("spec").Items("ephemeralContainers").Select(static c => c.Item).FirstOrDefault(c => c.Text("name") == name);
            if (now is null)
                errors.Forbidden(path, $"existing ephemeral containers \"{name}\" may not be removed\n");
            else if (!JsonEquality.Same(now, before))
                errors.Forbidden(path, $"existing ephemeral containers \"{name}\" may not be changed\n");
        }
    }
}
