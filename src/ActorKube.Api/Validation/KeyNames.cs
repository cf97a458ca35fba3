namespace ActorKube.Api.Validation;

/// <summary>Names that become keys, files, variables or path segments. Errors as in <see cref="DnsNames"/>.</summary>
public static class KeyNames
{
    private const string ConfigKeyRegex = "[-._a-zA-Z0-9]+";
    private const string HeaderRegex = "[-A-Za-z0-9]+";

    /// <summary>A key of a ConfigMap or Secret: it becomes a file name.</summary>
    public static IReadOnlyList<string> ConfigMapKey(string value)
    {
        var errors = new List<string>();
        if (value.Length > DnsNames.MaxSubdomain)
            errors.Add(Wording.MaxCharacters(DnsNames.MaxSubdomain));
        if (value.Length == 0 || !value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            errors.Add(Wording.Regex("a valid config key must consist of alphanumeric characters, '-', '_' or '.'", ConfigKeyRegex, "key.name", "KEY_NAME", "key-name"));
        AddParentDirectory(errors, value);
        return errors;
    }

    /// <summary>The name of an environment variable: printable ASCII without <c>=</c>, as the kernel takes it.</summary>
    public static IReadOnlyList<string> RelaxedEnvVarName(string value)
    {
        if (value.Length == 0)
            return [$"environment variable name {Wording.NonEmpty}"];
        return value.All(c => c is >= ' ' and <= '~' and not '=')
            ? []
            : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
    }

    /// <summary>The name of an HTTP header.</summary>
    public static IReadOnlyList<string> HttpHeaderName(string value) =>
        value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? []
            : [Wording.Regex("a valid HTTP header must consist of alphanumeric characters or '-'", HeaderRegex, "X-Header-Name")];

    /// <summary>A name that is one segment of a URL path: the form of RBAC objects' names, and what every name has to be at least.</summary>
    public static IReadOnlyList<string> PathSegment(string value) => value is "." or ".." ? [$"may not be '{value}'"] : PathSegmentPrefix(value);

    /// <summary>The beginning of such a name.</summary>
    public static IReadOnlyList<string> PathSegmentPrefix(string value)
    {
        var errors = new List<string>();
        foreach (var character in "/%")
            if (value.Contains(character, StringComparison.Ordinal))
                errors.Add($"may not contain '{character}'");
        return errors;
    }

    private static void AddParentDirectory(List<string> errors, string value)
    {
        if (value is "." or "..")
            errors.Add($"must not be '{value}'");
        else if (value.StartsWith("..", StringComparison.Ordinal))
            errors.Add("must not start with '..'");
    }
}
