using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Changes of a pod's status (upstream: <c>ValidatePodStatusUpdate</c>).</summary>
internal static class PodStatusRules
{
    /// <summary>Checks a change of the status.</summary>
    public static void Check(JsonObject pod, JsonObject old, FieldErrors errors)
    {
        var (status, before) = (pod.Object("status"), old.Object("status"));
        var spec = old.Object("spec");
        var path = FieldPath.Status;
        PodAnnotationRules.CheckUpdate(
            pod.Object("metadata").Object("annotations"), old.Object("metadata").Object("annotations"), FieldPath.Metadata.Child("annotations"), errors);
        CheckConditions(status, errors);
        if (status.Text("nominatedNodeName") != before.Text("nominatedNodeName"))
            FieldRules.Form(status, "nominatedNodeName", DnsNames.Subdomain, path, errors);
        if (before.Text("qosClass") is { Length: > 0 } quality && status.Text("qosClass") != quality)
            errors.Invalid(path.Child("qosClass"), status.Text("qosClass") ?? "", FieldRules.IsImmutable);
        var restart = spec.Text("restartPolicy") ?? "";
        CheckTransitions(status, before, "containerStatuses", restart, [], errors);
        CheckTransitions(status, before, "initContainerStatuses", restart, Sidecars(spec), errors);
        // Containers for debugging are never started again.
        CheckTransitions(status, before, "ephemeralContainerStatuses", "Never", [], errors);
        CheckClaims(status, pod.Object("spec"), path.Child("resourceClaimStatuses"), errors);
        CheckAddresses(status, "podIPs", path.Child("podIPs"), errors);
        if (status.Array("hostIPs") is { Count: > 0 } hosts && (hosts[0] as JsonObject).Text("ip") is var first && first != (status.Text("hostIP") ?? ""))
            errors.Invalid(path.Child("hostIPs").Index(0).Child("ip"), first ?? "", "must be equal to `hostIP`");
        CheckAddresses(status, "hostIPs", path.Child("hostIPs"), errors);
    }

    // Upstream reports conditions under the metadata.
    private static void CheckConditions(JsonObject? status, FieldErrors errors)
    {
        foreach (var (i, condition) in status.Items("conditions"))
            if (condition.Text("type") is not ("PodScheduled" or "Ready" or "Initialized") and var type && LabelNames.QualifiedName(type ?? "") is { Count: > 0 } faults)
                errors.Invalid(FieldPath.Metadata.Child("conditions").Index(i).Child("Type"), type ?? "", faults);
    }

    private static HashSet<string?> Sidecars(JsonObject? spec) =>
        spec.Items("initContainers").Where(static c => c.Item.Text("restartPolicy") == "Always").Select(static c => c.Item.Text("name")).ToHashSet();

    private static void CheckTransitions(JsonObject? status, JsonObject? before, string list, string restartPolicy, HashSet<string?> restarted, FieldErrors errors)
    {
        // Only containers that are started again leave the terminated state.
        if (restartPolicy == "Always" || before.Array(list) is not { Count: > 0 })
            return;
        foreach (var (i, was) in before.Items(list))
        {
            if (was.Object("state").Object("terminated") is not { } end || (restartPolicy == "OnFailure" && (end.Int64("exitCode") ?? 0) != 0) || restarted.Contains(was.Text("name")))
                continue;
            foreach (var (_, now) in status.Items(list))
                if (now.Text("name") == was.Text("name") && now.Object("state").Object("terminated") is null)
                    errors.Forbidden(FieldPath.Status.Child(list).Index(i).Child("state"), "may not be transitioned to non-terminated state");
        }
    }

    private static void CheckClaims(JsonObject? status, JsonObject? spec, FieldPath path, FieldErrors errors)
    {
        var seen = new HashSet<string>();
        foreach (var (i, claim) in status.Items("resourceClaimStatuses"))
        {
            var name = claim.Text("name") ?? "";
            if (!spec.Items("resourceClaims").Any(c => c.Item.Text("name") == name))
                errors.Invalid(path.Index(i).Child("name"), name, "must match the name of an entry in `spec.resourceClaims`");
            if (!seen.Add(name))
                errors.Duplicate(path.Index(i).Child("name"), name);
            if (claim.Text("resourceClaimName") is { } made && DnsNames.Subdomain(made) is { Count: > 0 } faults)
                errors.Invalid(path.Index(i).Child("name"), made, faults);
        }
    }

    private static void CheckAddresses(JsonObject? status, string list, FieldPath path, FieldErrors errors)
    {
        var all = status.Items(list).Select(static a => a.Item.Text("ip") ?? "").ToList();
        for (var i = 0; i < all.Count; i++)
            errors.Invalid(path.Index(i), all[i], AddressRules.Ip(all[i]));
        if (all.Count < 2)
            return;
        if (all.Count > 2 || all[0].Contains(':', StringComparison.Ordinal) == all[1].Contains(':', StringComparison.Ordinal))
            errors.Invalid(path, new JsonArray([.. all.Select(static a => (JsonNode)Shown(a))]), "may specify no more than one IP for each IP family");
        for (var i = 0; i < all.Count; i++)
            if (all.IndexOf(all[i]) < i)
                errors.Duplicate(path.Index(i), Shown(all[i]));
    }

    private static JsonObject Shown(string address) => new() { ["IP"] = address };
}
