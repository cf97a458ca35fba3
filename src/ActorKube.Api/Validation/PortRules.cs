using System.Text;

namespace ActorKube.Api.Validation;

/// <summary>Ports and ids of users and groups. Errors as in <see cref="DnsNames"/>.</summary>
public static class PortRules
{
    private const int MaxName = 15;

    /// <summary>A TCP or UDP port: 1 to 65535.</summary>
    public static IReadOnlyList<string> Number(long port) => port is >= 1 and <= 65535 ? [] : [Wording.Between(1, 65535)];

    /// <summary>The name of a port (an IANA service name).</summary>
    public static IReadOnlyList<string> Name(string name)
    {
        var errors = new List<string>();
        if (Encoding.UTF8.GetByteCount(name) > MaxName)
            errors.Add(Wording.MaxCharacters(MaxName));
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            errors.Add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        if (!name.Any(char.IsAsciiLetterLower))
            errors.Add("must contain at least one letter (a-z)");
        if (name.Contains("--", StringComparison.Ordinal))
            errors.Add("must not contain consecutive hyphens");
        if (name.StartsWith('-') || name.EndsWith('-'))
            errors.Add("must not begin or end with a hyphen");
        return errors;
    }

    /// <summary>A number within bounds.</summary>
    public static IReadOnlyList<string> InRange(long value, long low, long high) => value >= low && value <= high ? [] : [Wording.Between(low, high)];

    /// <summary>The id of a user or group.</summary>
    public static IReadOnlyList<string> UserOrGroupId(long id) => InRange(id, 0, int.MaxValue);
}
