using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Pki;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>
/// Tokens fixed at start. They are compared by their SHA-256, so neither the time a comparison takes nor a memory dump tells anything about them.
/// </summary>
internal sealed class StaticTokens : ITokenAuthenticator
{
    private readonly FrozenDictionary<string, UserInfo> _usersByHash;

    public StaticTokens(IEnumerable<KeyValuePair<string, UserInfo>> users) => _usersByHash = users.ToFrozenDictionary(u => Hash(u.Key), u => u.Value);

    /// <summary>Reads the form of upstream's token file: one <c>token,user,uid,"group1,group2"</c> a line.</summary>
    /// <exception cref="PkiException">A line is malformed or repeats a token; the message names the line.</exception>
    public static StaticTokens Parse(string csv)
    {
        var users = new Dictionary<string, UserInfo>();
        var number = 0;
        foreach (var line in csv.Split('\n'))
        {
            number++;
            if (line.AsSpan().Trim().IsEmpty || line[0] == '#')
                continue;
            var fields = line.TrimEnd('\r').Split(',', 4);
            if (fields.Length < 3 || fields[0].Length == 0 || fields[1].Length == 0)
                throw new PkiException($"Line {number} of the token file has to be token,user,uid[,\"groups\"].");
            var groups = ImmutableArray.CreateBuilder<string>();
            if (fields.Length == 4)
                groups.AddRange(fields[3].Trim().Trim('"').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            if (!users.TryAdd(fields[0], new UserInfo(fields[1]) { Uid = fields[2], Groups = AuthenticatedGroups.Add(groups) }))
                throw new PkiException($"Line {number} of the token file repeats a token.");
        }
        return new StaticTokens(users);
    }

    public ValueTask<TokenIdentity?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancel) =>
        ValueTask.FromResult(_usersByHash.Count > 0 && _usersByHash.TryGetValue(Hash(token), out var user) ? new TokenIdentity(user, audiences) : null);

    private static string Hash(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
