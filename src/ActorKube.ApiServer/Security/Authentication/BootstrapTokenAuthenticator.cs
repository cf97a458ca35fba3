using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>
/// Bootstrap tokens <c>id.secret</c>: each is a Secret <c>bootstrap-token-ID</c> of type <c>bootstrap.kubernetes.io/token</c> in <c>kube-system</c>. The user is
/// <c>system:bootstrap:ID</c> in <c>system:bootstrappers</c> and the groups that the secret adds.
/// </summary>
internal sealed partial class BootstrapTokenAuthenticator(IObjectLookup lookup, TimeProvider time) : ITokenAuthenticator
{
    public const string SecretType = "bootstrap.kubernetes.io/token";
    public const string SecretNamespace = "kube-system";
    public const string SecretNamePrefix = "bootstrap-token-";
    public const string UserPrefix = "system:bootstrap:";

    public async ValueTask<TokenIdentity?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancel)
    {
        if (token.Length != 23 || !Form().IsMatch(token))
            return null;
        var (id, secret) = (token[..6], token[7..]);
        var stored = await lookup.FindAsync(SecurityResources.Secrets, new ObjectKey(SecretNamespace, SecretNamePrefix + id), ReadAt.Latest, cancel);
        if (stored is null || stored.Head.Deleted is not null || stored.Field("type") != SecretType)
            return null;

        var data = ReadData(stored.Json);
        if (Text(data, "token-id") != id || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Text(data, "token-secret")), Encoding.UTF8.GetBytes(secret)))
            return null;
        if (Text(data, "usage-bootstrap-authentication") != "true" || IsExpired(Text(data, "expiration")))
            return null;
        if (Groups(Text(data, "auth-extra-groups")) is not { } extra)
            return null;
        var groups = ImmutableArray.CreateBuilder<string>();
        groups.Add(WellKnownUsers.Bootstrappers);
        groups.AddRange(extra);
        return new TokenIdentity(new UserInfo(UserPrefix + id) { Groups = AuthenticatedGroups.Add(groups) }, audiences);
    }

    /// <summary>A malformed time counts as passed: a token must not live longer because of a typing error.</summary>
    private bool IsExpired(string expiration) =>
        expiration.Length > 0
        && (!DateTimeOffset.TryParse(expiration, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) || end <= time.GetUtcNow());

    /// <summary>The extra groups; null when one is not a bootstrap group, which makes the token invalid as upstream.</summary>
    private static string[]? Groups(string list)
    {
        if (list.Length == 0)
            return [];
        var groups = list.Split(',');
        return Array.TrueForAll(groups, g => GroupForm().IsMatch(g)) ? groups : null;
    }

    private static Dictionary<string, byte[]> ReadData(ReadOnlyMemory<byte> json)
    {
        var data = new Dictionary<string, byte[]>();
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.TryGetProperty("data", out var map) && map.ValueKind == JsonValueKind.Object)
            foreach (var entry in map.EnumerateObject())
                if (entry.Value.ValueKind == JsonValueKind.String && entry.Value.TryGetBytesFromBase64(out var bytes))
                    data[entry.Name] = bytes;
        return data;
    }

    private static string Text(Dictionary<string, byte[]> data, string key) => data.TryGetValue(key, out var bytes) ? Encoding.UTF8.GetString(bytes) : "";

    [GeneratedRegex(@"\A[a-z0-9]{6}\.[a-z0-9]{16}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    [GeneratedRegex(@"\Asystem:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GroupForm();
}
