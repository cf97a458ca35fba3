using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Verbs;

namespace ActorKube.ApiServer.Pipeline;

/// <summary>Tokens and reviews as security gives them.</summary>
internal sealed class SecurityAnswers(ClusterSecurity security) : ITokenIssuer, IReviewer
{
    /// <inheritdoc/>
    public ValueTask<JsonObject> IssueAsync(StoredObject account, JsonObject request, UserInfo user, CancellationToken cancel) =>
        security.IssueTokenAsync(account, request, cancel);

    /// <inheritdoc/>
    public ValueTask<JsonObject> ReviewAsync(JsonObject review, UserInfo user, CancellationToken cancel) => security.ReviewAsync(review, user, cancel);
}
