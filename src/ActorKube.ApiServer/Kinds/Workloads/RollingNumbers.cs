using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Workloads;

/// <summary>How many pods a rollout may add or miss: numbers or percentages (upstream: <c>ValidateRollingUpdateDeployment</c>).</summary>
internal static class RollingNumbers
{
    /// <summary>Checks <c>maxSurge</c> and <c>maxUnavailable</c> of a rolling update.</summary>
    public static void Check(JsonObject rolling, FieldPath path, FieldErrors errors)
    {
        CheckOne(rolling, "maxUnavailable", path, errors);
        CheckOne(rolling, "maxSurge", path, errors);
        if (Amount(rolling, "maxUnavailable") == 0 && Amount(rolling, "maxSurge") == 0)
            errors.Invalid(path.Child("maxUnavailable"), rolling["maxUnavailable"], "may not be 0 when `maxSurge` is 0");
        AtMostAll(rolling, "maxUnavailable", path, errors);
    }

    /// <summary>The number, or the percentage as a number; 0 when there is neither.</summary>
    public static long Amount(JsonObject rolling, string field) => IntOrString.From(rolling[field]) is { } value ? value.ScaledTo(100, roundUp: false) ?? 0 : 0;

    /// <summary>Checks one of them: not negative, and no text but a percentage.</summary>
    public static void CheckOne(JsonObject parent, string field, FieldPath path, FieldErrors errors)
    {
        if (IntOrString.From(parent[field]) is not { } value)
            return;
        if (value.Text is { } text)
            errors.Invalid(path.Child(field), text, IntOrString.Percent(text));
        else if (value.Number < 0)
            errors.Invalid(path.Child(field), value.Number, FieldRules.IsNegative);
    }

    /// <summary>No more than all can be missing.</summary>
    public static void AtMostAll(JsonObject parent, string field, FieldPath path, FieldErrors errors)
    {
        if (parent.Text(field) is { } text && IntOrString.Percent(text).Count == 0 && Amount(parent, field) > 100)
            errors.Invalid(path.Child(field), text, "must not be greater than 100%");
    }
}
