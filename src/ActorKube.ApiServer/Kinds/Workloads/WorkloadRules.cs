using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;

namespace ActorKube.ApiServer.Kinds.Workloads;

/// <summary>What the kinds that make pods from a template share (upstream: <c>pkg/apis/apps/validation</c>).</summary>
internal static class WorkloadRules
{
    /// <summary>Sentence about a selector under which the workload would not find its own pods.</summary>
    public const string SelectorMismatch = "`selector` does not match template `labels`";

    /// <summary>Sentence about a selector that takes every pod there is.</summary>
    public const string EmptySelector = "empty selector is invalid for ";

    /// <summary>Checks the selector, the template and that one fits the other.</summary>
    /// <param name="spec">Spec of the workload.</param>
    /// <param name="kind">Lower-case word for the kind in upstream's sentence about an empty selector.</param>
    /// <param name="owner">Kind in upstream's sentence about deadlines.</param>
    /// <param name="errors">Where findings go.</param>
    public static void Check(JsonObject spec, string kind, string owner, FieldErrors errors)
    {
        CheckSelector(spec, kind, errors);
        var template = FieldPath.Spec.Child("template");
        PodSpecRules.CheckTemplate(spec.Object("template"), template, errors);
        CheckAlways(spec.Object("template"), owner, template, errors);
    }

    /// <summary>The numbers of a status must not be negative.</summary>
    public static void CheckStatus(JsonObject obj, FieldErrors errors, params ReadOnlySpan<string> fields)
    {
        var status = obj.Object("status");
        foreach (var field in fields)
            FieldRules.NotNegative(status, field, FieldPath.Status, errors);
    }

    /// <summary>No count of a status may exceed another.</summary>
    public static void NotAbove(JsonObject obj, string part, string whole, FieldErrors errors)
    {
        var status = obj.Object("status");
        if ((status.Int64(part) ?? 0) > (status.Int64(whole) ?? 0))
            errors.Invalid(FieldPath.Status.Child(part), status.Int64(part) ?? 0, $"cannot be greater than {(whole == "replicas" ? "status." : "")}{whole}");
    }

    /// <summary>Collisions of names only ever become more.</summary>
    public static void CollisionsGrow(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        var (now, before) = (obj.Object("status").Int64("collisionCount") ?? 0, old.Object("status").Int64("collisionCount") ?? 0);
        if (now < before)
            errors.Invalid(FieldPath.Status.Child("collisionCount"), now, "cannot be decremented");
    }

    private static void CheckSelector(JsonObject spec, string kind, FieldErrors errors)
    {
        var path = FieldPath.Spec.Child("selector");
        // Of a daemon set without selector upstream says only that it does not find its pods.
        if (spec.Object("selector") is not { } selector)
        {
            if (kind != "daemonset")
                errors.Required(path);
        }
        else if (selector.Object("matchLabels") is not { Count: > 0 } && selector.Array("matchExpressions") is not { Count: > 0 })
        {
            errors.Invalid(path, selector, EmptySelector + kind);
            return;
        }
        if (!CheckMatch(spec, errors) && kind != "daemonset")
            errors.Invalid(path, spec["selector"], kind == "statefulset" ? "" : "invalid label selector");
    }

    /// <summary>Checks that a selector can be read and finds the pods of the template; one that is missing finds none.</summary>
    /// <returns>Whether the selector can be read.</returns>
    public static bool CheckMatch(JsonObject spec, FieldErrors errors)
    {
        var before = errors.Count;
        LabelSelectorJson.Validate(spec.Object("selector"), FieldPath.Spec.Child("selector"), errors);
        if (errors.Count > before)
            return false;
        var template = spec.Object("template");
        if (!LabelSelectorJson.Read(spec.Object("selector")).Matches(LabelsOf(template)))
            errors.Invalid(FieldPath.Spec.Child("template", "metadata").Child("labels"), template.Object("metadata")?["labels"] ?? new JsonObject(), SelectorMismatch);
        return true;
    }

    /// <summary>The labels that pods of a template get.</summary>
    public static Labels LabelsOf(JsonObject? template) =>
        Labels.From((template.Object("metadata").Object("labels") ?? []).Select(static l => KeyValuePair.Create(l.Key, l.Value.Text() ?? "")));

    /// <summary>Pods that are kept up for ever are always started again and have no deadline.</summary>
    public static void CheckAlways(JsonObject? template, string owner, FieldPath path, FieldErrors errors)
    {
        var pod = template.Object("spec");
        if (pod.Text("restartPolicy") is not ("Always" or null) and var policy)
            errors.NotSupported(path.Child("spec", "restartPolicy"), policy, "Always");
        if (pod.Int64("activeDeadlineSeconds") is not null)
            errors.Forbidden(path.Child("spec", "activeDeadlineSeconds"), $"activeDeadlineSeconds in {owner} is not Supported");
    }
}
