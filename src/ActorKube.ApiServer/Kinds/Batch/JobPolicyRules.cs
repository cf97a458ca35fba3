using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>What a job says of failures, and of the pods that take the place of others (upstream: <c>validatePodFailurePolicy</c>, <c>validatePodReplacementPolicy</c>).</summary>
internal static class JobPolicyRules
{
    private const int MostRules = 20;
    private const int MostExitCodes = 255;
    private const int MostPatterns = 20;
    private static readonly string[] Actions = ["Count", "FailIndex", "FailJob", "Ignore"];
    private static readonly string[] Operators = ["In", "NotIn"];
    private static readonly string[] Statuses = ["False", "True", "Unknown"];

    /// <summary>Checks the policies of a spec.</summary>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Object("podFailurePolicy") is { } failure)
            CheckFailure(spec, failure, path.Child("podFailurePolicy", "rules"), errors);
        if (spec.Object("successPolicy") is { } success)
        {
            if (spec.Text("completionMode") != "Indexed")
                errors.Invalid(path.Child("successPolicy"), success, "requires indexed completion mode");
            else
                JobSuccessRules.Check(spec, success, path.Child("successPolicy", "rules"), errors);
        }
        if (spec.Text("podReplacementPolicy") is { } replacement && replacement != "Failed" && (spec["podFailurePolicy"] is not null || replacement != "TerminatingOrFailed"))
            errors.NotSupported(path.Child("podReplacementPolicy"), replacement, spec["podFailurePolicy"] is not null ? ["Failed"] : ["Failed", "TerminatingOrFailed"]);
    }

    private static void CheckFailure(JsonObject spec, JsonObject policy, FieldPath path, FieldErrors errors)
    {
        var rules = policy.Items("rules").ToArray();
        if (rules.Length > MostRules)
            errors.TooMany(path, rules.Length, MostRules);
        var pod = spec.Object("template").Object("spec");
        var containers = pod.Items("containers").Concat(pod.Items("initContainers")).Select(static c => c.Item.Text("name")).ToHashSet();
        foreach (var (index, rule) in rules)
        {
            var at = path.Index(index);
            if (rule.Text("action") == "FailIndex" && spec["backoffLimitPerIndex"] is null)
                errors.Invalid(at.Child("action"), "FailIndex", "requires the backoffLimitPerIndex to be set");
            else
                CheckChoice(rule, "action", Actions, at, errors);
            var (codes, conditions) = (rule.Object("onExitCodes"), rule.Array("onPodConditions") is { Count: > 0 });
            if (codes is not null)
                CheckExitCodes(codes, containers, at.Child("onExitCodes"), errors);
            if (conditions)
                CheckConditions(rule, at.Child("onPodConditions"), errors);
            if (codes is not null && conditions)
                errors.InvalidUnshown(at, "specifying both OnExitCodes and OnPodConditions is not supported");
            else if (codes is null && !conditions)
                errors.InvalidUnshown(at, "specifying one of OnExitCodes and OnPodConditions is required");
        }
    }

    private static void CheckConditions(JsonObject rule, FieldPath path, FieldErrors errors)
    {
        if (rule.Array("onPodConditions")!.Count is > MostPatterns and var many)
            errors.TooMany(path, many, MostPatterns);
        foreach (var (index, pattern) in rule.Items("onPodConditions"))
        {
            var type = pattern.Text("type") ?? "";
            errors.Invalid(path.Index(index).Child("type"), type, LabelNames.QualifiedName(type));
            CheckChoice(pattern, "status", Statuses, path.Index(index), errors);
        }
    }

    private static void CheckExitCodes(JsonObject codes, HashSet<string?> containers, FieldPath path, FieldErrors errors)
    {
        CheckChoice(codes, "operator", Operators, path, errors);
        if (codes.Text("containerName") is { } name && !containers.Contains(name))
            errors.Invalid(path.Child("containerName"), name, "must be one of the container or initContainer names in the pod template");
        var values = (codes.Array("values") ?? []).Select(static v => v.Int64() ?? 0).ToArray();
        var at = path.Child("values");
        if (values.Length == 0)
            errors.Invalid(at, codes["values"], "at least one value is required");
        else if (values.Length > MostExitCodes)
            errors.TooMany(at, values.Length, MostExitCodes);
        var seen = new HashSet<long>();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] == 0 && codes.Text("operator") == "In")
                errors.Invalid(at.Index(i), 0, "must not be 0 for the In operator");
            if (!seen.Add(values[i]))
                errors.Duplicate(at.Index(i), JsonValue.Create(values[i]));
        }
        if (!values.SequenceEqual(values.Order()))
            errors.Invalid(at, codes["values"], "must be ordered");
    }

    private static void CheckChoice(JsonObject parent, string field, string[] values, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(parent.Text(field)))
            errors.Required(path.Child(field), $"valid values: {GoText.List(values)}");
        else
            FieldRules.OneOf(parent, field, values, path, errors);
    }
}
