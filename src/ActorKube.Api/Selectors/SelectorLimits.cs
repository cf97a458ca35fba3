using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.Api.Selectors;

/// <summary>
/// Bounds of selectors. Each object of a list and each event of a watch is held against the selector, so that an absurd one would cost
/// the server far more than its sender.
/// </summary>
internal static class SelectorLimits
{
    public const int MaxLength = 64 * 1024;
    public const int MaxRequirements = 1000;
    public const int MaxValues = 10_000;

    public static void CheckLength(string selector, string kind)
    {
        if (selector.Length > MaxLength)
            throw ApiErrors.BadRequest($"the {kind} selector is longer than {MaxLength} characters");
    }

    public static void CheckRequirements(int requirements, string kind)
    {
        if (requirements > MaxRequirements)
            throw ApiErrors.BadRequest($"the {kind} selector has more than {MaxRequirements} requirements");
    }

    /// <summary>The same bounds for a selector in an object that is written: one that nobody could read would match nothing.</summary>
    public static void Check(JsonObject selector, FieldPath path, FieldErrors errors)
    {
        var expressions = selector.Array("matchExpressions");
        var labels = selector.Object("matchLabels")?.Count ?? 0;
        var requirements = labels + (expressions?.Count ?? 0);
        if (requirements > MaxRequirements)
            errors.TooMany(path, requirements, MaxRequirements);
        var values = labels + (expressions?.Sum(static e => (e as JsonObject).Array("values")?.Count ?? 0) ?? 0);
        if (values > MaxValues)
            errors.TooMany(path.Child("matchExpressions"), values, MaxValues);
    }

    public static void CheckValues(int values)
    {
        if (values > MaxValues)
            throw ApiErrors.BadRequest($"the label selector has more than {MaxValues} values");
    }
}
