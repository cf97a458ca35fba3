using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Changes of a pod's status (upstream: <c>ValidatePodStatusUpdate</c>).</summary>
internal static class PodStatusRules
{
    private const string BadGeneration = "must be a non-negative integer";

    /// <summary>Checks a change of the status.</summary>
    public static void Check(JsonObject pod, JsonObject old, FieldErrors errors)
    {
        var (status, before) = (pod.Object("status"), old.Object("status"));
        var spec = old.Object("spec");
        var path = FieldPath.Status;
        var (annotations, place) = (pod.Object("metadata").Object("annotations"), FieldPath.Metadata.Child("annotations"));
        PodAnnotationRules.CheckUpdate(annotations, old.Object("metadata").Object("annotations"), place, errors);
        PodAnnotationRules.Check(annotations, spec ?? [], place, errors);
        CheckConditions(status, errors);
        if (status.Text("nominatedNodeName") != before.Text("nominatedNodeName"))
            CheckNomination(status, spec, path.Child("nominatedNodeName"), errors);
        if (status.Int64("observedGeneration") is < 0 and var generation)
            errors.Invalid(path.Child("observedGeneration"), generation, BadGeneration);
        if (before.Text("qosClass") is { Length: > 0 } quality && status.Text("qosClass") != quality)
            errors.Invalid(path.Child("qosClass"), status.Text("qosClass") ?? "", FieldRules.IsImmutable);
        ContainerStatusRules.CheckTransitions(status, before, spec, errors);
        CheckClaims(status, spec, path.Child("resourceClaimStatuses"), errors);
        if (status.Object("extendedResourceClaimStatus") is { } claim)
            ExtendedClaimRules.Check(claim, spec, path.Child("extendedResourceClaimStatus"), errors);
        CheckAddresses(status, before, "podIPs", path.Child("podIPs"), errors);
        CheckFirst(status, path.Child("podIPs"), errors);
        if (status.Array("hostIPs") is { Count: > 0 } hosts && (hosts[0] as JsonObject).Text("ip") is var first && first != (status.Text("hostIP") ?? ""))
            errors.Invalid(path.Child("hostIPs").Index(0).Child("ip"), first ?? "", "must be equal to `hostIP`");
        CheckAddresses(status, before, "hostIPs", path.Child("hostIPs"), errors);
        ContainerStatusRules.CheckUsers(status, spec, errors);
        ContainerStatusRules.CheckDevices(status, spec, errors);
    }

    // A pod that has its node needs no other.
    private static void CheckNomination(JsonObject? status, JsonObject? spec, FieldPath path, FieldErrors errors)
    {
        if (status.Text("nominatedNodeName") is not { Length: > 0 } node)
            return;
        errors.Invalid(path, node, DnsNames.Subdomain(node));
        if (spec.Text("nodeName") is { Length: > 0 })
            errors.Forbidden(path, "may not be set on pods that are already bound to a node");
    }

    private static void CheckConditions(JsonObject? status, FieldErrors errors)
    {
        foreach (var (i, condition) in status.Items("conditions"))
        {
            if (condition.Int64("observedGeneration") is < 0 and var generation)
                errors.Invalid(FieldPath.Status.Child("conditions").Index(i).Child("observedGeneration"), generation, BadGeneration);
            if (condition.Text("type") is not ("PodScheduled" or "Ready" or "Initialized") and var type && LabelNames.QualifiedName(type ?? "") is { Count: > 0 } faults)
                errors.Invalid(FieldPath.Status.Child("conditions").Index(i).Child("Type"), type ?? "", faults);
        }
    }

    private static void CheckClaims(JsonObject? status, JsonObject? spec, FieldPath path, FieldErrors errors)
    {
        var known = spec.Items("resourceClaims").Select(static c => c.Item.Text("name")).ToHashSet();
        var seen = new HashSet<string>();
        foreach (var (i, claim) in status.Items("resourceClaimStatuses"))
        {
            var name = claim.Text("name") ?? "";
            if (!known.Contains(name))
                errors.Invalid(path.Index(i).Child("name"), name, "must match the name of an entry in `spec.resourceClaims`");
            if (!seen.Add(name))
                errors.Duplicate(path.Index(i).Child("name"), name);
            if (claim.Text("resourceClaimName") is { } made && DnsNames.Subdomain(made) is { Count: > 0 } faults)
                errors.Invalid(path.Index(i).Child("resourceClaimName"), made, faults);
        }
    }

    // Defaults make the old field and the list agree; what they cannot mend is a list that begins with nothing.
    private static void CheckFirst(JsonObject? status, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(status.Text("podIP")) && status.Array("podIPs") is { Count: > 0 } all)
            errors.Invalid(path, Shown(all), "podIP and podIPs must either both be set or both be unset");
    }

    // An address that is stored may be written in any way.
    private static void CheckAddresses(JsonObject? status, JsonObject? before, string list, FieldPath path, FieldErrors errors)
    {
        var all = status.Items(list).Select(static a => a.Item.Text("ip") ?? "").ToList();
        var known = before.Items(list).Select(static a => a.Item.Text("ip")).ToHashSet();
        for (var i = 0; i < all.Count; i++)
            if (!known.Contains(all[i]))
                errors.Invalid(path.Index(i), all[i], AddressRules.Ip(all[i]));
        if (all.Count < 2)
            return;
        if (all.Count > 2 || all[0].Contains(':', StringComparison.Ordinal) == all[1].Contains(':', StringComparison.Ordinal))
            errors.Invalid(path, Shown(status.Array(list)!), "may specify no more than one IP for each IP family");
    }

    private static JsonArray Shown(JsonArray addresses) =>
        [.. addresses.Select(static a => (JsonNode)new JsonObject { ["IP"] = (a as JsonObject).Text("ip") ?? "" })];
}
