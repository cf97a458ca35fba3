using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>What a job says of failures and successes (upstream: <c>validatePodFailurePolicy</c>, <c>validateSuccessPolicy</c>, <c>validatePodReplacementPolicy</c>).</summary>
internal static class JobPolicyRules
{
    private const int MostRules = 20;
    private const int MostExitCodes = 255;
    private static readonly string[] Actions = ["Count", "FailIndex", "FailJob", "Ignore"];

    /// <summary>Checks the policies of a spec.</summary>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Object("podFailurePolicy") is { } failure)
            CheckFailure(spec, failure, path, errors);
        if (spec.Object("successPolicy") is { } success)
        {
            if (spec.Text("completionMode") != "Indexed")
                errors.Invalid(path.Child("successPolicy"), success, "requires indexed completion mode");
            else
                CheckSuccess(spec, success, path.Child("successPolicy", "rules"), errors);
        }
        if (spec.Text("podReplacementPolicy") is { } replacement && replacement != "Failed" && (spec["podFailurePolicy"] is not null || replacement != "TerminatingOrFailed"))
            errors.NotSupported(path.Child("podReplacementPolicy"), replacement, spec["podFailurePolicy"] is not null ? ["Failed"] : ["Failed", "TerminatingOrFailed"]);
    }

    private static void CheckFailure(JsonObject spec, JsonObject policy, FieldPath specPath, FieldErrors errors)
    {
        var path = specPath.Child("podFailurePolicy", "rules");
        var rules = policy.Items("rules").ToArray();
        if (rules.Length > MostRules)
            errors.TooMany(path, rules.Length, MostRules);
        var pod = spec.Object("template").Object("spec");
        var containers = pod.Items("containers").Concat(pod.Items("initContainers")).Select(static c => c.Item.Text("name")).ToHashSet();
        foreach (var (index, rule) in rules)
        {
            var at = path.Index(index);
            var action = rule.Text("action") ?? "";
            if (action.Length == 0)
                errors.Required(at.Child("action"), $"valid values: [{string.Join(' ', Actions.Select(static a => $"\"{a}\""))}]");
            else if (!Actions.Contains(action))
                errors.NotSupported(at.Child("action"), action, Actions);
            else if (action == "FailIndex" && spec["backoffLimitPerIndex"] is null)
                errors.Invalid(at.Child("action"), action, "requires the backoffLimitPerIndex to be set");
            var (codes, conditions) = (rule.Object("onExitCodes"), rule.Array("onPodConditions") is { Count: > 0 });
            if (codes is not null)
                CheckExitCodes(codes, containers, at.Child("onExitCodes"), errors);
            if (codes is not null && conditions)
                errors.Invalid(at, (JsonNode?)null, "specifying both OnExitCodes and OnPodConditions is not supported");
            else if (codes is null && !conditions)
                errors.Invalid(at, (JsonNode?)null, "specifying one of OnExitCodes and OnPodConditions is required");
        }
        if (pod.Text("restartPolicy") is { } restart and not "Never")
            errors.Invalid(specPath.Child("template", "spec").Child("restartPolicy"), restart, "only \"Never\" is supported when podFailurePolicy is specified");
    }

    private static void CheckExitCodes(JsonObject codes, HashSet<string?> containers, FieldPath path, FieldErrors errors)
    {
        if (codes.Text("containerName") is { } name && !containers.Contains(name))
            errors.Invalid(path.Child("containerName"), name, "must be one of the container or initContainer names in the pod template");
        var values = (codes.Array("values") ?? []).Select(static v => v.Int64() ?? 0).ToArray();
        var at = path.Child("values");
        if (values.Length == 0)
            errors.Invalid(at, codes["values"], "at least one value is required");
        else if (values.Length > MostExitCodes)
            errors.TooMany(at, values.Length, MostExitCodes);
        for (var i = 0; i < values.Length; i++)
            if (values[i] == 0 && codes.Text("operator") == "In")
                errors.Invalid(at.Index(i), 0, "must not be 0 for the In operator");
            else if (Array.IndexOf(values, values[i]) < i)
                errors.Duplicate(at.Index(i), JsonValue.Create(values[i]));
        if (!values.SequenceEqual(values.Order()))
            errors.Invalid(at, codes["values"], "must be ordered");
    }

    private static void CheckSuccess(JsonObject spec, JsonObject policy, FieldPath path, FieldErrors errors)
    {
        var rules = policy.Items("rules").ToArray();
        if (rules.Length == 0)
            errors.Required(path, "at least one rules must be specified when the successPolicy is specified");
        else if (rules.Length > MostRules)
            errors.TooMany(path, rules.Length, MostRules);
        foreach (var (index, rule) in rules)
        {
            var at = path.Index(index);
            FieldRules.NotNegative(rule, "succeededCount", at, errors);
            if (rule["succeededCount"] is null && rule["succeededIndexes"] is null)
                errors.Required(at, "at least one of succeededCount or succeededIndexes must be specified");
            if (rule.Int64("succeededCount") is { } count && count > spec.Int64("completions"))
                errors.Invalid(at.Child("succeededCount"), count, $"must be less than or equal to {spec.Int64("completions")} (the number of specified completions)");
        }
    }
}
