using System.Text;

namespace ActorKube.Api.Validation;

/// <summary>Keys and values of labels, and everything else that takes the form of a label key. Errors as in <see cref="DnsNames"/>.</summary>
public static class LabelNames
{
    private const int MaxPart = 63;
    private const string KeyRegex = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private const string KeyRule = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

    /// <summary>A qualified name: an optional DNS subdomain and <c>/</c>, then a name of up to 63 characters.</summary>
    public static IReadOnlyList<string> QualifiedName(string value)
    {
        if (IsQualifiedName(value))
            return [];
        var errors = new List<string>();
        var parts = value.Split('/');
        if (parts.Length > 2)
            return [$"a valid label key {Wording.Regex(KeyRule, KeyRegex, "MyName", "my.name", "123-abc")} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"];
        if (parts.Length == 2)
            errors.AddRange(Prefix(parts[0]));
        var name = parts[^1];
        if (name.Length == 0)
            errors.Add($"name part {Wording.NonEmpty}");
        else if (Encoding.UTF8.GetByteCount(name) > MaxPart)
            errors.Add($"name part {Wording.MaxBytes(MaxPart)}");
        if (!IsName(name))
            errors.Add($"name part {Wording.Regex(KeyRule, KeyRegex, "MyName", "my.name", "123-abc")}");
        return errors;
    }

    private static IEnumerable<string> Prefix(string prefix)
    {
        if (prefix.Length == 0)
            return [$"prefix part {Wording.NonEmpty}"];
        // The same rule as for subdomains elsewhere, but here upstream counts in bytes.
        return DnsNames.Subdomain(prefix).Select(e => $"prefix part {(e == Wording.MaxCharacters(DnsNames.MaxSubdomain) ? Wording.MaxBytes(DnsNames.MaxSubdomain) : e)}");
    }

    /// <summary>A label value: empty, or up to 63 characters.</summary>
    public static IReadOnlyList<string> Value(string value)
    {
        if (IsValue(value))
            return [];
        var errors = new List<string>();
        if (Encoding.UTF8.GetByteCount(value) > MaxPart)
            errors.Add(Wording.MaxBytes(MaxPart));
        if (value.Length > 0 && !IsName(value))
            errors.Add(Wording.Regex(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", $"({KeyRegex})?", "MyValue", "my_value", "12345"));
        return errors;
    }

    internal static bool IsQualifiedName(ReadOnlySpan<char> value)
    {
        var slash = value.IndexOf('/');
        if (slash >= 0 && (slash > DnsNames.MaxSubdomain || !DnsNames.IsSubdomain(value[..slash])))
            return false;
        var name = value[(slash + 1)..];
        return name.Length <= MaxPart && IsName(name);
    }

    internal static bool IsValue(ReadOnlySpan<char> value) => value.IsEmpty || (value.Length <= MaxPart && IsName(value));

    private static bool IsName(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || !char.IsAsciiLetterOrDigit(value[0]) || !char.IsAsciiLetterOrDigit(value[^1]))
            return false;
        foreach (var character in value)
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.'))
                return false;
        return true;
    }
}
