namespace ActorKube.Api.Validation;

/// <summary>What the names of a kind have to look like.</summary>
/// <param name="name">A name, or the beginning of one that the server completes.</param>
/// <param name="prefix">True for such a beginning: it may end in a dash.</param>
/// <returns>What is wrong, in upstream's words; nothing for a good name.</returns>
public delegate IReadOnlyList<string> NameRule(string name, bool prefix);

/// <summary>The rules for names that kinds choose from (see <see cref="NameRule"/>).</summary>
public static class ObjectNames
{
    /// <summary>An RFC 1123 subdomain: most kinds.</summary>
    public static IReadOnlyList<string> Subdomain(string name, bool prefix) => DnsNames.Subdomain(prefix ? MaskTrailingDash(name) : name);

    /// <summary>An RFC 1123 label: namespaces and services.</summary>
    public static IReadOnlyList<string> Label(string name, bool prefix) => DnsNames.Label(prefix ? MaskTrailingDash(name) : name);

    /// <summary>One segment of a path: RBAC.</summary>
    public static IReadOnlyList<string> PathSegment(string name, bool prefix) => prefix ? KeyNames.PathSegmentPrefix(name) : KeyNames.PathSegment(name);

    private static string MaskTrailingDash(string name) => name.Length > 1 && name[^1] == '-' ? string.Concat(name.AsSpan(0, name.Length - 2), "a") : name;
}
