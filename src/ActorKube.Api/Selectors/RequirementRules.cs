using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.Api.Selectors;

/// <summary>
/// What is wrong with one requirement of a selector in an object, whether it selects by labels or nodes (upstream: <c>ValidateLabelSelectorRequirement</c>,
/// <c>ValidateNodeSelectorRequirement</c>).
/// </summary>
public static class RequirementRules
{
    /// <summary>Checks a requirement.</summary>
    /// <param name="requirement">Key, operator and values.</param>
    /// <param name="compares">Whether <c>Gt</c> and <c>Lt</c> are operators here.</param>
    /// <param name="anyValue">Whether values that no label can have are let through, because they only make the requirement useless.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="errors">Where findings go.</param>
    public static void Validate(JsonObject requirement, bool compares, bool anyValue, FieldPath path, FieldErrors errors)
    {
        var values = requirement.Array("values") ?? [];
        var operation = requirement.Text("operator") ?? "";
        switch (operation)
        {
            case "In" or "NotIn":
                if (values.Count == 0)
                    errors.Required(path.Child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
                break;
            case "Exists" or "DoesNotExist":
                if (values.Count > 0)
                    errors.Forbidden(path.Child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                break;
            case "Gt" or "Lt" when compares:
                if (values.Count != 1)
                    errors.Required(path.Child("values"), "must be specified single value when `operator` is 'Lt' or 'Gt'");
                break;
            default:
                errors.Invalid(path.Child("operator"), operation, "not a valid selector operator");
                break;
        }
        var key = requirement.Text("key") ?? "";
        if (!LabelNames.IsQualifiedName(key))
            errors.Invalid(path.Child("key"), key, LabelNames.QualifiedName(key));
        for (var i = 0; i < values.Count && !anyValue; i++)
            if (values[i].Text() is { } value && !LabelNames.IsValue(value))
                errors.Invalid(path.Child("values").Index(i), value, LabelNames.Value(value));
    }
}
