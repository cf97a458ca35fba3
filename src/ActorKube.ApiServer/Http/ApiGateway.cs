using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Connections;
using ActorKube.ApiServer.Http.Endpoints;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Http.Routing;
using ActorKube.ApiServer.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Http;

/// <summary>
/// The HTTP edge: finds out who calls and what he wants, hands resource requests to the pipeline and everything else to the endpoints. Every failure becomes a
/// Status here and nowhere else.
/// </summary>
internal sealed partial class ApiGateway(
    CallerIdentity identity,
    IAuthorizer authorizer,
    ResourceHandler resources,
    EndpointTable endpoints,
    RequestMetrics metrics,
    TimeProvider time,
    ILogger<ApiGateway> logger)
{
    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        var path = context.Request.Path.Value ?? "/";
        var target = ResourcePath.TryParse(path, out var parsed) ? parsed : null;
        try
        {
            DotSegments.Refuse(context);
            await DispatchAsync(context, path, target);
        }
        catch (ApiException failure)
        {
            await StatusResponse.WriteAsync(context, failure.Status);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left; nobody is there to be told anything.
        }
        catch (BadHttpRequestException broken)
        {
            await StatusResponse.WriteAsync(context, ApiErrors.BadRequest(broken.Message).Status);
        }
        catch (Exception defect)
        {
            LogDefect(logger, defect, context.Request.Method, context.Request.Path);
            await StatusResponse.WriteAsync(context, ApiErrors.Defect().Status);
        }
        metrics.Record(context, target, time.GetElapsedTime(started));
    }

    private async ValueTask DispatchAsync(HttpContext context, string path, ResourcePath? target)
    {
        if (target is null && endpoints.Find(path) is { } endpoint)
        {
            await HandleEndpointAsync(context, path, endpoint);
            return;
        }
        var user = await identity.IdentifyAsync(context);
        RejectAnonymous(user);
        if (target is not null)
        {
            await resources.HandleAsync(context, user, target.Value);
            return;
        }
        await AuthorizePathAsync(context, user, path);
        throw ApiErrors.NoSuchPath();
    }

    private async ValueTask HandleEndpointAsync(HttpContext context, string path, IEndpoint endpoint)
    {
        if (endpoint.HasOwnAccessControl)
        {
            await endpoint.HandleAsync(context, CallerIdentity.Anonymous);
            return;
        }
        var user = await identity.IdentifyAsync(context);
        if (!endpoint.IsPublic(path))
        {
            RejectAnonymous(user);
            await AuthorizePathAsync(context, user, path);
        }
        if (context.Request.Method is not ("GET" or "HEAD"))
            throw ApiErrors.MethodNotAllowed();
        await endpoint.HandleAsync(context, user);
    }

    private async ValueTask AuthorizePathAsync(HttpContext context, UserInfo user, string path)
    {
        var verb = context.Request.Method.ToLowerInvariant();
        var decision = await authorizer.AuthorizeAsync(new AccessAttributes { User = user, Verb = verb, Path = path }, context.RequestAborted);
        if (decision.Verdict != AccessVerdict.Allow)
            throw ApiErrors.Forbidden(new GroupResource("", ""), "", $"User \"{user.Name}\" cannot {verb} path \"{path}\"");
    }

    private static void RejectAnonymous(UserInfo user)
    {
        if (ReferenceEquals(user, CallerIdentity.Anonymous))
            throw ApiErrors.Unauthorized();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected failure of {Method} {Path}")]
    private static partial void LogDefect(ILogger logger, Exception defect, string method, string path);
}
