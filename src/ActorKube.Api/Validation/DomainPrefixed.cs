namespace ActorKube.Api.Validation;

/// <summary>Names that begin with the domain of whoever gives them: <c>acme.io/foo</c>.</summary>
public static class DomainPrefixed
{
    private const string PathRegex = @"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+";

    /// <summary>A domain and a path (upstream: <c>IsDomainPrefixedPath</c>). Each part is complained about by itself.</summary>
    public static void CheckPath(string value, FieldPath field, FieldErrors errors)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        if (value.Length == 0)
            errors.Required(field);
        else if (slash <= 0 || slash == value.Length - 1)
            errors.Invalid(field, value, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        else
        {
            errors.Invalid(field, value[..slash], DnsNames.Subdomain(value[..slash]));
            if (!value[(slash + 1)..].All(static c => char.IsAsciiLetterOrDigit(c) || "/-._~%!$&'()*+,;=:".Contains(c, StringComparison.Ordinal)))
                errors.Invalid(field, value[(slash + 1)..], Wording.Regex("Invalid path", PathRegex));
        }
    }
}
