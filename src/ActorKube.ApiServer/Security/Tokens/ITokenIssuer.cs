using System.Text.Json.Nodes;

namespace ActorKube.ApiServer.Security.Tokens;

/// <summary>Issues service account tokens: what a POST to <c>serviceaccounts/NAME/token</c> does once it is authorised and admitted.</summary>
internal interface ITokenIssuer
{
    /// <summary>The <c>TokenRequest</c> completed with defaults and status.</summary>
    /// <exception cref="Api.Errors.ApiException">404 for an account or bound object that does not exist, 400, 409 or 422 for a request that makes no sense.</exception>
    ValueTask<JsonObject> IssueAsync(string ns, string serviceAccount, JsonObject tokenRequest, CancellationToken cancel);
}
