using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>How evenly pods are spread (upstream: <c>validateTopologySpreadConstraints</c>).</summary>
internal static class SpreadRules
{
    private const string NotPositive = "must be greater than zero";
    private static readonly string[] Actions = ["DoNotSchedule", "ScheduleAnyway"];
    private static readonly string[] Policies = ["Honor", "Ignore"];

    /// <summary>Checks <c>topologySpreadConstraints</c>.</summary>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        foreach (var (i, constraint) in spec.Items("topologySpreadConstraints"))
        {
            var item = path.Index(i);
            var action = constraint.Text("whenUnsatisfiable") ?? "";
            if ((constraint.Int64("maxSkew") ?? 0) is <= 0 and var skew)
                errors.Invalid(item.Child("maxSkew"), skew, NotPositive);
            if (string.IsNullOrEmpty(constraint.Text("topologyKey")))
                errors.Required(item.Child("topologyKey"), "can not be empty");
            if (!Actions.Contains(action))
                errors.NotSupported(item.Child("whenUnsatisfiable"), action, Actions);
            CheckRepeated(spec, i, constraint, item, errors);
            CheckDomains(constraint, action, item, errors);
            FieldRules.OneOf(constraint, "nodeAffinityPolicy", Policies, item, errors);
            FieldRules.OneOf(constraint, "nodeTaintsPolicy", Policies, item, errors);
            if (constraint.Array("matchLabelKeys") is { Count: > 0 })
                LabelKeyRules.CheckSpread(constraint, item.Child("matchLabelKeys"), errors);
            if (constraint.Object("labelSelector") is { } selector)
                LabelSelectorJson.Validate(selector, item.Child("labelSelector"), errors);
        }
    }

    // Of two that say the same, upstream names the first.
    private static void CheckRepeated(JsonObject spec, int index, JsonObject constraint, FieldPath path, FieldErrors errors)
    {
        foreach (var (i, other) in spec.Items("topologySpreadConstraints"))
            if (i > index && other.Text("topologyKey") == constraint.Text("topologyKey") && other.Text("whenUnsatisfiable") == constraint.Text("whenUnsatisfiable"))
            {
                errors.Duplicate(path.Child("{topologyKey, whenUnsatisfiable}"), $"{{{constraint.Text("topologyKey")}, {constraint.Text("whenUnsatisfiable")}}}");
                return;
            }
    }

    private static void CheckDomains(JsonObject constraint, string action, FieldPath path, FieldErrors errors)
    {
        if (constraint.Int64("minDomains") is not { } domains)
            return;
        if (domains <= 0)
            errors.Invalid(path.Child("minDomains"), domains, NotPositive);
        if (action != "DoNotSchedule")
            errors.Invalid(path.Child("minDomains"), domains, $"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
    }
}
