using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>When an indexed job has succeeded before all of its indexes have (upstream: <c>validateSuccessPolicy</c>).</summary>
internal static class JobSuccessRules
{
    private const int MostRules = 20;
    private const int MaxIndexes = 64 * 1024;

    /// <summary>Checks the policy of a spec.</summary>
    public static void Check(JsonObject spec, JsonObject policy, FieldPath path, FieldErrors errors)
    {
        var rules = policy.Items("rules").ToArray();
        if (rules.Length == 0)
            errors.Required(path, "at least one rules must be specified when the successPolicy is specified");
        else if (rules.Length > MostRules)
            errors.TooMany(path, rules.Length, MostRules);
        // Without completions, which is reported elsewhere, there is nothing to compare with.
        foreach (var (index, rule) in rules)
            CheckRule(rule, spec.Int64("completions") ?? long.MaxValue, path.Index(index), errors);
    }

    private static void CheckRule(JsonObject rule, long completions, FieldPath path, FieldErrors errors)
    {
        if (rule["succeededCount"] is null && rule["succeededIndexes"] is null)
            errors.Required(path, "at least one of succeededCount or succeededIndexes must be specified");
        long? listed = null;
        if (rule.Text("succeededIndexes") is { } indexes)
        {
            if (indexes.Length > MaxIndexes)
                errors.TooLong(path.Child("succeededIndexes"), MaxIndexes);
            if (IndexLists.Fault(indexes, completions, out var all) is { } fault)
                errors.Invalid(path.Child("succeededIndexes"), indexes, $"error parsing succeededIndexes: {fault}");
            listed = all;
        }
        if (rule.Int64("succeededCount") is not { } count)
            return;
        FieldRules.NotNegative(rule, "succeededCount", path, errors);
        if (count > completions)
            errors.Invalid(path.Child("succeededCount"), count, $"must be less than or equal to {completions} (the number of specified completions)");
        if (count > listed)
            errors.Invalid(path.Child("succeededCount"), count, $"must be less than or equal to {listed} (the number of indexes in the specified succeededIndexes field)");
    }
}
