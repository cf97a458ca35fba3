using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Makes tokens of service accounts.</summary>
internal interface ITokenIssuer
{
    /// <summary>Answers a TokenRequest: the same object with its status filled in.</summary>
    /// <param name="account">The service account.</param>
    /// <param name="request">The TokenRequest, decoded and defaulted.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancel">Ends waiting.</param>
    /// <exception cref="Api.Errors.ApiException">The request cannot be granted.</exception>
    ValueTask<JsonObject> IssueAsync(StoredObject account, JsonObject request, UserInfo user, CancellationToken cancel);
}

/// <summary>Answers reviews: kinds that are asked by creating them.</summary>
internal interface IReviewer
{
    /// <summary>The review with its status filled in.</summary>
    /// <param name="review">A TokenReview, SubjectAccessReview or one of their relatives, decoded and defaulted.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="warnings">Receives what is to be said besides.</param>
    /// <param name="cancel">Ends waiting.</param>
    /// <exception cref="Api.Errors.ApiException">The review is not valid.</exception>
    ValueTask<JsonObject> ReviewAsync(JsonObject review, UserInfo user, WarningList warnings, CancellationToken cancel);
}
