namespace ActorKube.Api.Validation;

/// <summary>Sentences that several rules share.</summary>
internal static class Wording
{
    public const string Immutable = "field is immutable";
    public const string Negative = "must be greater than or equal to 0";
    public const string NonEmpty = "must be non-empty";

    public static string MaxBytes(int max) => $"must be no more than {max} bytes";

    public static string MaxCharacters(int max) => $"must be no more than {max} characters";

    public static string Between(long low, long high) => $"must be between {low} and {high}, inclusive";

    public static string Regex(string rule, string regex, params string[] examples) =>
        examples.Length == 0
            ? $"{rule} (regex used for validation is '{regex}')"
            : $"{rule} (e.g. {string.Join(" or ", examples.Select(e => $"'{e}', "))}regex used for validation is '{regex}')";
}
