using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Verbs;

namespace ActorKube.ApiServer.Security;

/// <summary>Answers the kinds that are asked rather than stored: tokens and reviews.</summary>
internal sealed class SecurityAnswers(ClusterSecurity security) : ITokenIssuer, IReviewer
{
    public ValueTask<JsonObject> IssueAsync(StoredObject account, JsonObject request, UserInfo user, CancellationToken cancel) =>
        security.IssueTokenAsync(account, request, cancel);

    public ValueTask<JsonObject> ReviewAsync(JsonObject review, UserInfo user, CancellationToken cancel) => security.ReviewAsync(review, user, cancel);
}
