namespace ActorKube.Api.Validation;

/// <summary>
/// Names made for DNS. Each rule returns what is wrong with a text in upstream's words, nothing for a good one. The regular expressions
/// appear in the messages; the checks are loops.
/// </summary>
public static class DnsNames
{
    /// <summary>Longest RFC 1123 or RFC 1035 label.</summary>
    public const int MaxLabel = 63;

    /// <summary>Longest subdomain.</summary>
    public const int MaxSubdomain = 253;

    private const string Label1123 = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string Subdomain1123 = Label1123 + "(\\." + Label1123 + ")*";
    private const string UnderscoreLabel = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    private const string UnderscoreSubdomain = UnderscoreLabel + "(\\." + UnderscoreLabel + ")*";
    private const string Label1035Regex = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private const string WildcardRegex = "\\*\\." + Subdomain1123;

    /// <summary>An RFC 1123 label: the form of namespaces, and of pods' hostnames.</summary>
    public static IReadOnlyList<string> Label(string value)
    {
        var errors = TooLong(value, MaxLabel);
        if (IsLabel(value))
            return errors;
        return [.. errors, IsSubdomain(value) ? "must not contain dots" : Wording.Regex(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character", Label1123, "my-name", "123-abc")];
    }

    /// <summary>An RFC 1123 subdomain: the form of most names.</summary>
    public static IReadOnlyList<string> Subdomain(string value)
    {
        var errors = TooLong(value, MaxSubdomain);
        return IsSubdomain(value) ? errors : [.. errors, Wording.Regex(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character", Subdomain1123, "example.com")];
    }

    /// <summary>A subdomain whose labels may also contain underscores: what resolvers search.</summary>
    public static IReadOnlyList<string> SubdomainWithUnderscore(string value)
    {
        var errors = TooLong(value, MaxSubdomain);
        return value.Split('.').All(static label => IsLabel((label.StartsWith('_') ? label[1..] : label).Replace('_', '-'))) ? errors : [.. errors, Wording.Regex(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character", UnderscoreSubdomain, "example.com")];
    }

    /// <summary>An RFC 1035 label: the form of services' names.</summary>
    public static IReadOnlyList<string> Label1035(string value)
    {
        var errors = TooLong(value, MaxLabel);
        return IsLabel(value) && char.IsAsciiLetterLower(value[0]) ? errors : [.. errors, Wording.Regex(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character", Label1035Regex, "my-name", "abc-123")];
    }

    /// <summary>A subdomain whose first label is <c>*</c>: the form of ingress hosts.</summary>
    public static IReadOnlyList<string> WildcardSubdomain(string value)
    {
        var errors = TooLong(value, MaxSubdomain);
        return value.StartsWith("*.", StringComparison.Ordinal) && IsSubdomain(value.AsSpan(2)) ? errors : [.. errors, Wording.Regex(
            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character", WildcardRegex, "*.example.com")];
    }

    internal static bool IsLabel(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || value[0] == '-' || value[^1] == '-')
            return false;
        foreach (var character in value)
            if (!char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && character != '-')
                return false;
        return true;
    }

    internal static bool IsSubdomain(ReadOnlySpan<char> value)
    {
        foreach (var label in value.Split('.'))
            if (!IsLabel(value[label]))
                return false;
        return true;
    }

    // These rules count bytes upstream but say "characters"; only ASCII passes, so it is the same.
    private static IReadOnlyList<string> TooLong(string value, int max) => value.Length > max ? [Wording.MaxCharacters(max)] : [];
}
