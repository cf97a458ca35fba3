using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Times;

namespace ActorKube.NodeAgent.Server;

/// <summary>Asks the API server who a token belongs to and what a user may do; answers are remembered for upstream's times.</summary>
internal sealed class Reviews(IResourceClient client, TimeProvider time)
{
    private const int MostRemembered = 4096;
    private const int LongestRemembered = 10_000;
    private static readonly GroupVersionResource TokenReviews = new("authentication.k8s.io", "v1", "tokenreviews");
    private static readonly GroupVersionResource AccessReviews = new("authorization.k8s.io", "v1", "subjectaccessreviews");
    private static readonly TimeSpan TokenKept = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan AllowedKept = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DeniedKept = TimeSpan.FromSeconds(30);

    private readonly SteadyTime _time = new(time);
    private readonly ConcurrentDictionary<string, (UserInfo User, DateTimeOffset Until)> _tokens = new();
    // By the whole question, so that nobody can be taken for somebody else.
    private readonly ConcurrentDictionary<string, (bool Allowed, DateTimeOffset Until)> _access = new();

    /// <summary>The user of a bearer token; null when the API server does not know it.</summary>
    public async ValueTask<UserInfo?> UserOfAsync(string token, CancellationToken cancel)
    {
        // Not the token itself: memory dumps live longer than tokens should.
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var now = _time.GetUtcNow();
        if (_tokens.TryGetValue(key, out var known) && now < known.Until)
            return known.User;
        using var answer = await PostAsync(TokenReviews, "TokenReview", new JsonObject { ["token"] = token }, cancel);
        if (!answer.RootElement.TryGetProperty("status", out var status) || !status.TryGetProperty("authenticated", out var authenticated) || !authenticated.GetBoolean())
            return null;
        var user = Read(status.GetProperty("user"));
        if (_tokens.Count >= MostRemembered)
            _tokens.Clear();
        _tokens[key] = (user, now + TokenKept);
        return user;
    }

    /// <summary>Whether a user may do something with this node's subresource.</summary>
    public async ValueTask<bool> MayAsync(UserInfo user, string verb, string node, string subresource, CancellationToken cancel)
    {
        var spec = new JsonObject
        {
            ["user"] = user.Name,
            ["groups"] = new JsonArray([.. user.Groups.Select(g => JsonValue.Create(g))]),
            ["uid"] = user.Uid,
            ["extra"] = new JsonObject(user.Extra.Select(e => KeyValuePair.Create<string, JsonNode?>(e.Key, new JsonArray([.. e.Value.Select(v => JsonValue.Create(v))])))),
            ["resourceAttributes"] = new JsonObject { ["verb"] = verb, ["version"] = "v1", ["resource"] = "nodes", ["subresource"] = subresource, ["name"] = node },
        };
        var key = spec.ToJsonString();
        var now = _time.GetUtcNow();
        if (_access.TryGetValue(key, out var known) && now < known.Until)
            return known.Allowed;
        using var answer = await PostAsync(AccessReviews, "SubjectAccessReview", spec, cancel);
        var allowed = answer.RootElement.TryGetProperty("status", out var status) && status.TryGetProperty("allowed", out var value) && value.GetBoolean();
        if (key.Length > LongestRemembered)
            return allowed;
        if (_access.Count >= MostRemembered)
            _access.Clear();
        _access[key] = (allowed, now + (allowed ? AllowedKept : DeniedKept));
        return allowed;
    }

    private async Task<JsonDocument> PostAsync(GroupVersionResource resource, string kind, JsonObject spec, CancellationToken cancel)
    {
        var body = new JsonObject { ["apiVersion"] = resource.ApiVersion, ["kind"] = kind, ["metadata"] = new JsonObject(), ["spec"] = spec };
        var answer = await client.CreateAsync(new ObjectAddress(resource, "", ""), Encoding.UTF8.GetBytes(body.ToJsonString()), null, cancel);
        return JsonDocument.Parse(answer.Json);
    }

    private static UserInfo Read(JsonElement user) => new(user.GetProperty("username").GetString() ?? "")
    {
        Uid = user.TryGetProperty("uid", out var uid) ? uid.GetString() ?? "" : "",
        Groups = user.TryGetProperty("groups", out var groups) ? [.. groups.EnumerateArray().Select(g => g.GetString()!)] : [],
        Extra = user.TryGetProperty("extra", out var extra) && extra.ValueKind == JsonValueKind.Object
            ? extra.EnumerateObject().ToImmutableSortedDictionary(e => e.Name, e => e.Value.EnumerateArray().Select(v => v.GetString()!).ToImmutableArray())
            : ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty,
    };
}
