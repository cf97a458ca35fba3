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

    /// <summary>Checks a change of the spec.</summary>
    public static void Check(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        if (JsonEquality.Same(spec, old))
            return;
        var path = FieldPath.Spec;
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
            if ((spec.Array(list)?.Count ?? 0) != (old.Array(list)?.Count ?? 0))
            {
                errors.Forbidden(path.Child(list), "pod updates may not add or remove containers");
                return;
            }
        CheckDeadline(spec, old, path.Child("activeDeadlineSeconds"), errors);
        TolerationRules.CheckOnlyAdded(spec, old, path.Child("tolerations"), errors);
        CheckGates(spec, old, path, errors);
        var rest = WithoutWhatMayChange(spec, old);
        if (!JsonEquality.Same(rest, old))
            errors.Forbidden(path, $"pod updates may not change fields other than {Changeable}\n{Difference(rest, old)}");
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
        if (old.Array("schedulingGates") is { Count: > 0 })
            KeepNarrowedPlacement(rest, old);
        return rest;
    }

    // A pod that waits at a gate has not been placed yet: where it may go can still be narrowed.
    private static void KeepNarrowedPlacement(JsonObject rest, JsonObject old)
    {
        var before = old.Object("nodeSelector");
        if (before is null || before.All(b => JsonEquality.Same(rest.Object("nodeSelector")?[b.Key], b.Value)))
            ObjectParts.Keep("nodeSelector", rest, old);
        if (old["affinity"] is null)
            rest.Remove("affinity");
    }

    private static void CheckDeadline(JsonObject spec, JsonObject old, FieldPath path, FieldErrors errors)
    {
        if (old.Int64("activeDeadlineSeconds") is not { } before)
            return;
        if (spec.Int64("activeDeadlineSeconds") is not { } now)
            errors.Invalid(path, (JsonNode?)null, "must not update from a positive integer to nil value");
        else if (now > before)
            errors.Invalid(path, now, "must be less than or equal to previous value");
    }

    private static void CheckGates(JsonObject spec, JsonObject old, FieldPath path, FieldErrors errors)
    {
        var known = old.Items("schedulingGates").Select(static g => g.Item.Text("name")).ToHashSet();
        foreach (var (i, gate) in spec.Items("schedulingGates"))
            if (!known.Contains(gate.Text("name")))
                errors.Forbidden(path.Child("schedulingGates").Index(i), $"only deletion is allowed, but found new scheduling gate '{gate.Text("name")}'");
    }

    private static string Difference(JsonObject rest, JsonObject old) => string.Join('\n', rest.Select(static p => p.Key)
        .Union(old.Select(static p => p.Key)).Where(field => !JsonEquality.Same(rest[field], old[field])).Select(static field => $"  changed: spec.{field}"));
}
