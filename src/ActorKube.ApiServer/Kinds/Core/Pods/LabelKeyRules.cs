using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>
/// Keys whose values a selector takes from the pod itself: what may stand there (upstream: <c>validateMatchLabelKeysAndMismatchLabelKeys</c>,
/// <c>validateMatchLabelKeysInTopologySpread</c>), and how they become part of the selector of a new pod (<c>applyLabelKeysToLabelSelector</c>).
/// </summary>
internal static class LabelKeyRules
{
    private const string NeedsSelector = "must not be specified when labelSelector is not set";
    private const string InBoth = "exists in both matchLabelKeys and labelSelector";

    /// <summary>Checks those of a term of pod affinity, whose selector has them already.</summary>
    public static void CheckAffinity(JsonObject term, FieldPath path, FieldErrors errors)
    {
        var selector = term.Object("labelSelector");
        var matching = term.Texts("matchLabelKeys").ToList();
        var mismatching = term.Texts("mismatchLabelKeys").ToList();
        CheckKeys(matching, selector, path.Child("matchLabelKeys"), errors);
        CheckKeys(mismatching, selector, path.Child("mismatchLabelKeys"), errors);
        // What comes from a key is in the selector once; a second mention is the client's own.
        var mentioned = (selector.Object("matchLabels") ?? []).Select(static l => l.Key).ToHashSet();
        foreach (var (_, expression) in selector.Items("matchExpressions"))
            if (expression.Text("key") is { } key && !mentioned.Add(key) && matching.LastIndexOf(key) is >= 0 and var place)
                errors.Invalid(path.Index(place), key, InBoth);
        for (var i = 0; i < matching.Count; i++)
            if (mismatching.Contains(matching[i]))
                errors.Invalid(path.Child("matchLabelKeys").Index(i), matching[i], "exists in both matchLabelKeys and mismatchLabelKeys");
    }

    /// <summary>Checks those of a topology spread constraint.</summary>
    public static void CheckSpread(JsonObject constraint, FieldPath path, FieldErrors errors)
    {
        var selector = constraint.Object("labelSelector");
        var keys = constraint.Texts("matchLabelKeys").ToList();
        CheckKeys(keys, selector, path, errors);
        var mentioned = (selector.Object("matchLabels") ?? []).Select(static l => l.Key).ToHashSet();
        foreach (var (_, expression) in selector.Items("matchExpressions"))
            if (expression.Text("key") is { } key && !mentioned.Add(key) && keys.IndexOf(key) is >= 0 and var place)
                errors.Invalid(path.Index(place), key, InBoth);
    }

    /// <summary>Extends the selectors of a new pod by the labels it has.</summary>
    public static void Apply(JsonObject pod)
    {
        var labels = pod.Object("metadata").Object("labels");
        var spec = pod.Object("spec");
        if (labels is null || spec is null)
            return;
        foreach (var kind in (ReadOnlySpan<string>)["podAffinity", "podAntiAffinity"])
            if (spec.Object("affinity").Object(kind) is { } affinity)
            {
                foreach (var (_, weighted) in affinity.Items("preferredDuringSchedulingIgnoredDuringExecution"))
                    Extend(weighted.Object("podAffinityTerm"), labels);
                foreach (var (_, term) in affinity.Items("requiredDuringSchedulingIgnoredDuringExecution"))
                    Extend(term, labels);
            }
        foreach (var (_, constraint) in spec.Items("topologySpreadConstraints"))
            Extend(constraint, labels);
    }

    private static void Extend(JsonObject? term, JsonObject labels)
    {
        if (term.Object("labelSelector") is not { } selector)
            return;
        foreach (var (list, operation) in (ReadOnlySpan<(string, string)>)[("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn")])
            foreach (var key in term.Texts(list))
                if (labels.Text(key) is { } value)
                {
                    if (selector.Array("matchExpressions") is not { } expressions)
                        selector["matchExpressions"] = expressions = [];
                    expressions.Add(new JsonObject { ["key"] = key, ["operator"] = operation, ["values"] = new JsonArray(value) });
                }
    }

    private static void CheckKeys(List<string> keys, JsonObject? selector, FieldPath path, FieldErrors errors)
    {
        if (keys.Count == 0)
            return;
        if (selector is null)
        {
            errors.Forbidden(path, NeedsSelector);
            return;
        }
        for (var i = 0; i < keys.Count; i++)
            errors.Invalid(path.Index(i), keys[i], LabelNames.QualifiedName(keys[i]));
    }
}
