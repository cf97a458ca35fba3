using System.Diagnostics.CodeAnalysis;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Connections;
using ActorKube.ApiServer.Http.Negotiation;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Http.Routing;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http;

/// <summary>Turns an HTTP request for resources into a pipeline request, and the pipeline's answer into an HTTP response.</summary>
internal sealed class ResourceHandler(IRequestPipeline pipeline, ConnectionTable connections, RequestLimiter limiter, RequestDeadline deadline, ResponseShaper shaper)
{
    /// <summary>Answers one request.</summary>
    public async ValueTask HandleAsync(HttpContext context, UserInfo user, ResourcePath path)
    {
        if (connections.Find(path) is { } connection)
        {
            await connection.HandleAsync(context, user, path);
            return;
        }
        if (path.Rest.Length > 0)
            throw ApiErrors.NoSuchPath();
        var query = QueryReader.Read(context.Request.QueryString.Value);
        var format = AcceptHeader.Choose(context.Request.Headers.Accept, query.Pretty ?? HumanClients.Reads(context.Request.Headers.UserAgent));
        var verb = RequestTarget.Verb(context.Request.Method, path, query.Watch) ?? throw ApiErrors.MethodNotAllowed();
        var within = deadline.Of(query.Timeout);
        using var slot = limiter.Enter(verb, user);
        var request = new ApiRequest
        {
            User = user,
            Verb = verb,
            Resource = path.Resource,
            Subresource = path.Subresource,
            Namespace = path.Namespace,
            Name = path.Name,
            Query = query.Query,
        };
        context.Features.Set(request.Warnings);
        var response = await ExecuteAsync(context, request, within);
        // A list is sent while it is read: who does not take it in time holds up the slot no longer.
        await using var cut = response is ListResponse ? deadline.Cut(context.Abort, within) : null;
        WarningHeader.AddTo(context, request.Warnings);
        await shaper.WriteAsync(context, path.Resource, response, format, query.IncludeObject);
    }

    private ValueTask<ApiResponse> ExecuteAsync(HttpContext context, ApiRequest request, TimeSpan within) => request.Verb switch
    {
        RequestVerb.Watch => WatchAsync(request, context.RequestAborted),
        RequestVerb.Get or RequestVerb.List => deadline.AwaitAsync(pipeline.ExecuteAsync(request, context.RequestAborted), within, context.RequestAborted),
        _ => deadline.RunAsync(cancel => WriteAsync(context, request, cancel), within, context.RequestAborted),
    };

    private async ValueTask<ApiResponse> WriteAsync(HttpContext context, ApiRequest request, CancellationToken cancel)
    {
        var body = await BodyReader.ReadAsync(context, cancel);
        return await pipeline.ExecuteAsync(
            request with { Body = body, ContentType = ContentTypeHeader.Read(context.Request.ContentType, request.Verb) },
            cancel);
    }

    // Upstream has begun the answer before it looks at the revision: what is wrong with that is an event.
    private async ValueTask<ApiResponse> WatchAsync(ApiRequest request, CancellationToken cancel)
    {
        try
        {
            return await pipeline.ExecuteAsync(request, cancel);
        }
        catch (ApiException failure) when (failure.Is(StatusReason.Expired) || failure.Status.Causes.Any(static c => c.Reason == CauseType.ResourceVersionTooLarge))
        {
            return new WatchResponse(new FailedWatch(failure), default) { Duration = Timeout.InfiniteTimeSpan };
        }
    }

    /// <summary>A watch that ends before its first event.</summary>
    private sealed class FailedWatch(ApiException failure) : IResourceWatch
    {
        public long SafeRevision => 0;

        public bool TryRead([NotNullWhen(true)] out ResourceChange? change)
        {
            change = null;
            return false;
        }

        public ValueTask<bool> WaitAsync(CancellationToken cancel) => ValueTask.FromException<bool>(failure);

        public void Dispose()
        {
        }
    }
}
