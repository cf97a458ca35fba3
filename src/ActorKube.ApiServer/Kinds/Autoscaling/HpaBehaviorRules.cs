using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Autoscaling;

/// <summary>The rules of how fast one direction may go.</summary>
internal static class HpaBehaviorRules
{
    private const int LongestWindow = 3600;
    private const int LongestPeriod = 1800;
    private static readonly string[] Selections = ["Disabled", "Max", "Min"];
    private static readonly string[] PolicyTypes = ["Percent", "Pods"];

    public static void Check(JsonObject rules, FieldPath path, FieldErrors errors)
    {
        var window = rules.Int64("stabilizationWindowSeconds");
        if (window < 0)
            errors.Invalid(path.Child("stabilizationWindowSeconds"), window.Value, "must be greater than or equal to zero");
        if (window > LongestWindow)
            errors.Invalid(path.Child("stabilizationWindowSeconds"), window.Value, $"must be less than or equal to {LongestWindow}");
        FieldRules.OneOf(rules, "selectPolicy", Selections, path, errors);
        var policies = path.Child("policies");
        if (!rules.Items("policies").Any())
            errors.Required(policies, "must specify at least one Policy");
        foreach (var (i, policy) in rules.Items("policies"))
            Policy(policy, policies.Index(i), errors);
        if (rules["tolerance"] is { } tolerance && Quantity.TryParse(tolerance.Text() ?? tolerance.ToJsonString(), out var amount) && amount.Sign < 0)
            errors.Invalid(path.Child("tolerance"), tolerance, FieldRules.IsNegative);
    }

    private static void Policy(JsonObject policy, FieldPath path, FieldErrors errors)
    {
        var type = policy.Text("type") ?? "";
        if (Array.IndexOf(PolicyTypes, type) < 0)
            errors.NotSupported(path.Child("type"), type, PolicyTypes);
        foreach (var field in (ReadOnlySpan<string>)["value", "periodSeconds"])
            if ((policy.Int64(field) ?? 0) is <= 0 and var number)
                errors.Invalid(path.Child(field), number, "must be greater than zero");
        if (policy.Int64("periodSeconds") is > LongestPeriod and var period)
            errors.Invalid(path.Child("periodSeconds"), period, $"must be less than or equal to {LongestPeriod}");
    }
}
