using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>
/// A pod that waits at a gate has not been placed yet: where it may go can still be narrowed (upstream: <c>validateNodeSelectorMutation</c>, <c>validateNodeAffinityMutation</c>).
/// </summary>
internal static class GatedPodRules
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
    private const string Terms = "nodeSelectorTerms";

    /// <summary>Checks what narrows the choice of nodes, and makes it as it was, so that what is left can be compared.</summary>
    /// <param name="rest">The new spec; changed.</param>
    /// <param name="old">The spec so far.</param>
    /// <param name="path">Path of the spec.</param>
    /// <param name="errors">Where findings go.</param>
    public static void Check(JsonObject rest, JsonObject old, FieldPath path, FieldErrors errors)
    {
        if ((old.Object("nodeSelector") ?? []).Any(b => !JsonEquality.Same(rest.Object("nodeSelector")?[b.Key], b.Value)))
            errors.Invalid(path.Child("nodeSelector"), rest["nodeSelector"], "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
        ObjectParts.Keep("nodeSelector", rest, old);
        var before = old.Object("affinity").Object("nodeAffinity");
        if (JsonEquality.Same(rest.Object("affinity")?["nodeAffinity"], before))
            return;
        CheckAffinity(rest.Object("affinity").Object("nodeAffinity"), before, path.Child("affinity", "nodeAffinity"), errors);
        if (before is not null)
            rest.ObjectOrNew("affinity")["nodeAffinity"] = before.DeepClone();
        else
            rest.Object("affinity")?.Remove("nodeAffinity");
        if (old["affinity"] is null && rest.Object("affinity") is { Count: 0 })
            rest.Remove("affinity");
    }

    private static void CheckAffinity(JsonObject? affinity, JsonObject? old, FieldPath path, FieldErrors errors)
    {
        var before = old.Object(Required).Array(Terms) ?? [];
        if (before.Count == 0)
            return;
        var now = affinity.Object(Required).Array(Terms) ?? [];
        var place = path.Child(Required, Terms);
        if (now.Count != before.Count)
        {
            errors.Invalid(place, now, "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
            return;
        }
        for (var i = 0; i < before.Count; i++)
            if (now[i] is JsonObject term && before[i] is JsonObject had && !OnlyAdds(term, had))
                errors.Invalid(place.Index(i), term, "only additions are allowed (no mutations or deletions)");
    }

    private static bool OnlyAdds(JsonObject term, JsonObject old)
    {
        var empty = true;
        foreach (var list in (ReadOnlySpan<string>)["matchExpressions", "matchFields"])
        {
            var before = old.Array(list) ?? [];
            var now = term.Array(list) ?? [];
            empty &= before.Count == 0;
            if (now.Count < before.Count)
                return false;
            for (var i = 0; i < before.Count; i++)
                if (!JsonEquality.Same(now[i], before[i]))
                    return false;
        }
        // A term that says nothing matches nothing: whatever is added widens it.
        return !empty || (term.Array("matchExpressions") is null or { Count: 0 } && term.Array("matchFields") is null or { Count: 0 });
    }
}
