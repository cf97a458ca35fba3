using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Changes through a pod's subresources (upstream: <c>ValidatePodStatusUpdate</c>, <c>ValidatePodEphemeralContainersUpdate</c>, <c>ValidatePodResize</c>).</summary>
internal static class PodPartRules
{
    /// <summary>Checks a change of the status.</summary>
    public static void CheckStatus(JsonObject pod, JsonObject old, FieldErrors errors)
    {
        var status = pod.Object("status");
        var before = old.Object("status");
        var path = FieldPath.Status;
        FieldRules.Form(status, "nominatedNodeName", DnsNames.Subdomain, path, errors);
        if (before.Text("qosClass") is { Length: > 0 } quality && status.Text("qosClass") != quality)
            errors.Invalid(path.Child("qosClass"), status.Text("qosClass") ?? "", FieldRules.IsImmutable);
        foreach (var list in (ReadOnlySpan<string>)["podIPs", "hostIPs"])
            foreach (var (i, address) in status.Items(list))
                if (address.Text("ip") is { } ip && AddressRules.Ip(ip) is { Count: > 0 } faults)
                    errors.Invalid(path.Child(list).Index(i), ip, faults);
        foreach (var (i, condition) in status.Items("conditions"))
            if (condition.Text("status") is not ("True" or "False" or "Unknown") and var value)
                errors.NotSupported(path.Child("conditions").Index(i).Child("status"), value ?? "", "False", "True", "Unknown");
        CheckTransitions(status, before, pod.Object("spec").Text("restartPolicy") ?? "", errors);
    }

    private static void CheckTransitions(JsonObject? status, JsonObject? before, string restartPolicy, FieldErrors errors)
    {
        // Only containers that are started again leave the terminated state.
        if (restartPolicy == "Always")
            return;
        foreach (var (_, was) in before.Items("containerStatuses"))
        {
            if (was.Object("state").Object("terminated") is not { } end || (restartPolicy == "OnFailure" && end.Int64("exitCode") != 0))
                continue;
            foreach (var (i, now) in status.Items("containerStatuses"))
                if (now.Text("name") == was.Text("name") && now.Object("state").Object("terminated") is null)
                    errors.Forbidden(FieldPath.Status.Child("containerStatuses").Index(i).Child("state"), "may not be transitioned to non-terminated state");
        }
    }

    /// <summary>Checks containers that are added for debugging: those that are there stay as they are.</summary>
    public static void CheckEphemeralContainers(JsonObject pod, JsonObject old, FieldErrors errors)
    {
        var spec = pod.Object("spec") ?? [];
        var path = FieldPath.Spec.Child("ephemeralContainers");
        ContainerListRules.Check(spec, new PodContext(spec), FieldPath.Spec, errors);
        foreach (var (_, before) in old.Object("spec").Items("ephemeralContainers"))
        {
            var name = before.Text("name") ?? "";
            var now = spec.Items("ephemeralContainers").Select(static c => c.Item).FirstOrDefault(c => c.Text("name") == name);
            if (now is null)
                errors.Forbidden(path, $"existing ephemeral containers \"{name}\" may not be removed\n");
            else if (!JsonEquality.Same(now, before))
                errors.Forbidden(path, $"existing ephemeral containers \"{name}\" may not be changed\n");
        }
    }

    /// <summary>Checks new resources of running containers: the class of service stays what it is.</summary>
    public static void CheckResize(JsonObject pod, JsonObject old, FieldErrors errors)
    {
        var spec = pod.Object("spec") ?? [];
        ContainerListRules.Check(spec, new PodContext(spec), FieldPath.Spec, errors);
        var quality = PodQuality.Of(spec);
        if (quality != PodQuality.Of(old.Object("spec")))
            errors.Invalid(FieldPath.Spec, quality, "Pod QOS Class may not change as a result of resizing");
    }
}
