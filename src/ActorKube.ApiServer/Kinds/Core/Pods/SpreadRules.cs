using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>How evenly pods are spread (upstream: <c>validateTopologySpreadConstraints</c>).</summary>
internal static class SpreadRules
{
    /// <summary>Checks <c>topologySpreadConstraints</c>.</summary>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        HashSet<string>? seen = null;
        foreach (var (i, constraint) in spec.Items("topologySpreadConstraints"))
        {
            var item = path.Index(i);
            var key = constraint.Text("topologyKey") ?? "";
            var action = constraint.Text("whenUnsatisfiable") ?? "";
            var skew = constraint.Int64("maxSkew") ?? 0;
            if (skew <= 0)
                errors.Invalid(item.Child("maxSkew"), skew, "must be greater than zero");
            if (key.Length == 0)
                errors.Required(item.Child("topologyKey"), "can not be empty");
            else
                FieldRules.Form(constraint, "topologyKey", LabelNames.QualifiedName, item, errors);
            if (!(seen ??= []).Add($"{{{key}, {action}}}"))
                errors.Duplicate(item.Child("{topologyKey, whenUnsatisfiable}"), $"{{{key}, {action}}}");
            CheckDomains(constraint, action, item, errors);
            LabelSelectorJson.Validate(constraint.Object("labelSelector"), item.Child("labelSelector"), errors);
            if (constraint.Array("matchLabelKeys") is { Count: > 0 } && constraint.Object("labelSelector") is null)
                errors.Forbidden(item.Child("matchLabelKeys"), "must not be specified when labelSelector is not set");
        }
    }

    private static void CheckDomains(JsonObject constraint, string action, FieldPath path, FieldErrors errors)
    {
        if (constraint.Int64("minDomains") is not { } domains)
            return;
        if (domains <= 0)
            errors.Invalid(path.Child("minDomains"), domains, "must be greater than zero");
        if (action != "DoNotSchedule")
            errors.Invalid(path.Child("minDomains"), domains, $"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
    }
}
