using System.Globalization;
using System.Text.Json;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Trail;
using ActorKube.ApiServer.Http.Connections;
using ActorKube.ApiServer.Http.Endpoints;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Http.Routing;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security;
using ActorKube.Protocol.Store;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Decisions;

/// <summary>
/// <c>GET /actorkube/v1/decisions/PATH?since=TIME</c>, where PATH is that of an object in the API: what users have changed of it, and what controllers and scheduler have decided about it. Who may get
/// the object may ask.
/// </summary>
internal sealed class DecisionsEndpoint(CallerIdentity identity, IAuthorizer authorizer, RequestLimiter limiter, Func<DecisionQuery, CancellationToken, Task<DecisionList>> ask, ChangeTrail changes) : IEndpoint
{
    public const string Prefix = "/actorkube/v1/decisions";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public IEnumerable<string> Paths => [Prefix + "/*"];

    public bool HasOwnAccessControl => true;

    public async ValueTask HandleAsync(HttpContext context, UserInfo user)
    {
        var caller = await identity.IdentifyAsync(context);
        if (ReferenceEquals(caller, CallerIdentity.Anonymous))
            throw ApiErrors.Unauthorized();
        if (!ResourcePath.TryParse(context.Request.Path.Value![Prefix.Length..], out var parsed) || parsed is not { Name.Length: > 0, Subresource: "", IsWatch: false } path)
            throw ApiErrors.NoSuchPath();
        if (!HttpMethods.IsGet(context.Request.Method))
            throw ApiErrors.MethodNotAllowed();
        await ConnectionAccess.RequireAsync(authorizer, caller, RequestVerb.Get, path, context.RequestAborted);
        // Each asks every controller of the cluster: it counts as a read, and when there are too many, is refused as one.
        using var slot = limiter.Enter(RequestVerb.Get, caller);
        var query = new DecisionQuery(path.Resource.Resource, new(path.Namespace, path.Name), Since(context.Request.Query["since"].ToString()));
        var made = await MadeAsync(query, context.RequestAborted);
        var answer = DecisionAnswer.Of(await ask(query, context.RequestAborted), made);
        await BodyResponse.WriteBytesAsync(context, JsonSerializer.SerializeToUtf8Bytes(answer, Json), 200, "application/json");
    }

    // Null where they cannot be read at this time: what controllers say is told all the same.
    private async ValueTask<IReadOnlyList<UserChange>?> MadeAsync(DecisionQuery query, CancellationToken cancel)
    {
        try
        {
            return await changes.ReadAsync(ResourceId.RootWorkspace, query.Resource, query.Key, query.Since, cancel);
        }
        catch (ApiException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Since(string text) =>
        text.Length == 0 ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw ApiErrors.BadRequest($"since: '{text}' is not a time as RFC 3339 writes it");
}
