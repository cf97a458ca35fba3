using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security.Authentication;

namespace ActorKube.ApiServer.Security.Tokens;

/// <summary>The answers of <c>authentication.k8s.io</c>: TokenReview and SelfSubjectReview.</summary>
internal sealed class AuthenticationReviews(Authenticator authenticator, ImmutableArray<string> apiAudiences)
{
    private const string ApiVersion = "authentication.k8s.io/v1";

    /// <summary>Whose token it is, for a server that was handed one.</summary>
    /// <exception cref="ApiException">400 when there is no token in the request.</exception>
    public async ValueTask<JsonObject> TokenReviewAsync(JsonObject review, WarningList warnings, CancellationToken cancel)
    {
        var token = (string?)review["spec"]?["token"] ?? "";
        if (token.Length == 0)
            throw ApiErrors.BadRequest("token is required for TokenReview in authentication");
        var asked = (review["spec"]?["audiences"] as JsonArray)?.Select(a => (string?)a ?? "").ToImmutableArray() ?? [];
        var identity = await authenticator.AuthenticateAsync(token, asked.IsEmpty ? apiAudiences : asked, cancel);
        if (identity is { Warning.Length: > 0 })
            warnings.Add(identity.Warning);
        var status = new JsonObject();
        if (identity is null)
        {
            status["user"] = new JsonObject();
            status["error"] = "invalid bearer token";
        }
        else
        {
            status["authenticated"] = true;
            status["user"] = User(identity.User);
            if (!identity.Audiences.IsEmpty)
                status["audiences"] = Strings(identity.Audiences);
        }
        return new JsonObject
        {
            ["kind"] = "TokenReview",
            ["apiVersion"] = ApiVersion,
            ["metadata"] = new JsonObject { ["creationTimestamp"] = null },
            ["spec"] = review["spec"]!.DeepClone(),
            ["status"] = status,
        };
    }

    /// <summary>Who the caller is.</summary>
    public static JsonObject SelfSubjectReview(UserInfo user, DateTimeOffset now) => new()
    {
        ["kind"] = "SelfSubjectReview",
        ["apiVersion"] = ApiVersion,
        ["metadata"] = new JsonObject { ["creationTimestamp"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) },
        ["status"] = new JsonObject { ["userInfo"] = User(user) },
    };

    private static JsonObject User(UserInfo user)
    {
        var json = new JsonObject { ["username"] = user.Name };
        if (user.Uid.Length > 0)
            json["uid"] = user.Uid;
        if (!user.Groups.IsEmpty)
            json["groups"] = Strings(user.Groups);
        if (!user.Extra.IsEmpty)
            json["extra"] = new JsonObject([.. user.Extra.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)Strings(e.Value)))]);
        return json;
    }

    private static JsonArray Strings(ImmutableArray<string> values) => new([.. values.Select(v => (JsonNode)JsonValue.Create(v))]);
}
