using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace ActorKube.ApiServer.Security.Join;

/// <summary>
/// What a process needs to join, in one printable word: a bootstrap token, and the hash of the cluster's authority by which the process knows the right server
/// before it says the token to anybody. For example <c>ak1-abcdef.0123456789abcdef-5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5</c>.
/// </summary>
/// <param name="Id">Public part of the token: the name of its secret.</param>
/// <param name="Secret">Secret part.</param>
/// <param name="AuthorityHash">SHA-256 over the public key of the cluster's authority, lower-case hex.</param>
public sealed partial record JoinToken(string Id, string Secret, string AuthorityHash)
{
    /// <summary>The bearer token that the server is shown.</summary>
    public string BearerToken => $"{Id}.{Secret}";

    /// <summary>Reads the printed form; surrounding white space is ignored.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JoinToken? token)
    {
        var match = Form().Match(text.Trim());
        token = match.Success ? new JoinToken(match.Groups["id"].Value, match.Groups["secret"].Value, match.Groups["hash"].Value) : null;
        return token is not null;
    }

    /// <summary>The printed form.</summary>
    public override string ToString() => $"ak1-{BearerToken}-{AuthorityHash}";

    [GeneratedRegex(@"\Aak1-(?<id>[a-z0-9]{6})\.(?<secret>[a-z0-9]{16})-(?<hash>[0-9a-f]{64})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
