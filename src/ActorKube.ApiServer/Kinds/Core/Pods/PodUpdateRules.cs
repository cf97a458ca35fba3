using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>
/// What of a pod can change after it exists (upstream: <c>ValidatePodUpdate</c>): everything that may is made as it was, and then nothing may be left that differs.
/// </summary>
internal static class PodUpdateRules
{
    private const string Changeable =
        "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
        + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    /// <summary>Checks a change of a pod.</summary>
    public static void Check(JsonObject pod, JsonObject before, FieldErrors errors)
    {
        PodAnnotationRules.CheckUpdate(
            pod.Object("metadata").Object("annotations"), before.Object("metadata").Object("annotations"), FieldPath.Metadata.Child("annotations"), errors);
        var (spec, old) = (pod.Object("spec") ?? [], before.Object("spec") ?? []);
        if (JsonEquality.Same(spec, old))
            return;
        var path = FieldPath.Spec;
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
            if ((spec.Array(list)?.Count ?? 0) != (old.Array(list)?.Count ?? 0))
            {
                errors.Forbidden(path.Child(list), "pod updates may not add or remove containers");
                return;
            }
        if (!CheckDeadline(spec, old, path.Child("activeDeadlineSeconds"), errors))
            return;
        TolerationRules.CheckOnlyAdded(spec, old, path.Child("tolerations"), errors);
        CheckGates(spec, old, path, errors);
        var rest = WithoutWhatMayChange(spec, old);
        if (old.Array("schedulingGates") is { Count: > 0 })
            GatedPodRules.Check(rest, old, path, errors);
        if (!JsonEquality.Same(rest, old))
            errors.Forbidden(path, $"pod updates may not change fields other than {Changeable}\n{ObjectParts.Difference(rest, old)}");
    }

    private static JsonObject WithoutWhatMayChange(JsonObject spec, JsonObject old)
    {
        var rest = (JsonObject)spec.DeepClone();
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
            foreach (var (i, container) in rest.Items(list))
                if (old.Array(list)![i] is JsonObject before)
                    ObjectParts.Keep("image", container, before);
        foreach (var part in (ReadOnlySpan<string>)["activeDeadlineSeconds", "tolerations", "schedulingGates"])
            ObjectParts.Keep(part, rest, old);
        if (old.Int64("terminationGracePeriodSeconds") < 0 && spec.Int64("terminationGracePeriodSeconds") == 1)
            ObjectParts.Keep("terminationGracePeriodSeconds", rest, old);
        return rest;
    }

    // What is wrong here ends upstream's check, except when the deadline is taken away.
    private static bool CheckDeadline(JsonObject spec, JsonObject old, FieldPath path, FieldErrors errors)
    {
        var before = old.Int64("activeDeadlineSeconds");
        switch (spec.Int64("activeDeadlineSeconds"))
        {
            case null when before is not null:
                errors.Invalid(path, (JsonNode?)null, "must not update from a positive integer to nil value");
                return true;
            case null:
                return true;
            case (< 0 or > int.MaxValue) and var beyond:
                errors.Invalid(path, beyond, "must be between 0 and 2147483647, inclusive");
                return false;
            case var now when now > before:
                errors.Invalid(path, now.Value, "must be less than or equal to previous value");
                return false;
            default:
                return true;
        }
    }

    private static void CheckGates(JsonObject spec, JsonObject old, FieldPath path, FieldErrors errors)
    {
        var known = old.Items("schedulingGates").Select(static g => g.Item.Text("name")).ToHashSet();
        foreach (var (i, gate) in spec.Items("schedulingGates"))
            if (!known.Contains(gate.Text("name")))
                errors.Forbidden(path.Child("schedulingGates").Index(i).Child("name"), $"only deletion is allowed, but found new scheduling gate '{gate.Text("name")}'");
    }
}
