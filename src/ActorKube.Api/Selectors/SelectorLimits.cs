using ActorKube.Api.Errors;

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

    public static void CheckValues(int values)
    {
        if (values > MaxValues)
            throw ApiErrors.BadRequest($"the label selector has more than {MaxValues} values");
    }
}
