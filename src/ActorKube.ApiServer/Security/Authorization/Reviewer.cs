using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security.Tokens;
using ActorKube.ApiServer.Verbs;

namespace ActorKube.ApiServer.Security.Authorization;

/// <summary>Answers each kind of review.</summary>
internal sealed class Reviewer(AuthenticationReviews authentication, AccessReviews access, TimeProvider time) : IReviewer
{
    public async ValueTask<JsonObject> ReviewAsync(JsonObject review, UserInfo user, WarningList warnings, CancellationToken cancel) => (string?)review["kind"] switch
    {
        "TokenReview" => await authentication.TokenReviewAsync(review, warnings, cancel),
        "SelfSubjectReview" => AuthenticationReviews.SelfSubjectReview(user, time.GetUtcNow()),
        "SubjectAccessReview" => await access.SubjectAccessReviewAsync(review, cancel),
        "LocalSubjectAccessReview" => await access.LocalSubjectAccessReviewAsync(review, cancel),
        "SelfSubjectAccessReview" => await access.SelfSubjectAccessReviewAsync(user, review, cancel),
        "SelfSubjectRulesReview" => await access.SelfSubjectRulesReviewAsync(user, review, cancel),
        var kind => throw ApiErrors.BadRequest($"{kind} is not a review"),
    };
}
