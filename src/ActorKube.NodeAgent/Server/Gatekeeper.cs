using System.Collections.Immutable;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using Microsoft.AspNetCore.Http;

namespace ActorKube.NodeAgent.Server;

/// <summary>Lets requests in: every path, the health check too, needs a user who may use the node's subresource that stands for the path, as upstream.</summary>
internal sealed class Gatekeeper(ClientCertificates certificates, Reviews reviews, string node)
{
    private const string BearerPrefix = "Bearer ";

    /// <summary>Answers 401 or 403, or lets the request through.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            if (await UserAsync(context) is not { } user)
            {
                await AnswerAsync(context, StatusCodes.Status401Unauthorized, "Unauthorized");
                return;
            }
            var verb = Verb(context.Request.Method);
            var subresources = Subresources(context.Request.Path);
            foreach (var subresource in subresources)
                if (await reviews.MayAsync(user, verb, node, subresource, context.RequestAborted))
                {
                    await next(context);
                    return;
                }
            await AnswerAsync(
                context, StatusCodes.Status403Forbidden, $"Forbidden (user={user.Name}, verb={verb}, resource=nodes, subresource(s)=[{string.Join(' ', subresources)}])");
        }
        catch (ApiException error) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, StatusCodes.Status500InternalServerError, $"Authorization error: {error.Message}");
        }
    }

    private async ValueTask<UserInfo?> UserAsync(HttpContext context)
    {
        if (await context.Connection.GetClientCertificateAsync(context.RequestAborted) is { } certificate && certificates.Find(certificate) is { } user)
            return user;
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) ? await reviews.UserOfAsync(header[BearerPrefix.Length..].Trim(), context.RequestAborted) : null;
    }

    private static string Verb(string method) => method switch
    {
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => "get",
    };

    // The finer right is asked for first, the one to everything last.
    private static ImmutableArray<string> Subresources(PathString path) =>
        path.StartsWithSegments("/pods") || path.StartsWithSegments("/runningpods") ? ["pods", "proxy"]
        : path.StartsWithSegments("/healthz") ? ["healthz", "proxy"]
        : path.StartsWithSegments("/logs") ? ["log"]
        : path.StartsWithSegments("/stats") ? ["stats"]
        : path.StartsWithSegments("/metrics") ? ["metrics"]
        : ["proxy"];

    private static Task AnswerAsync(HttpContext context, int code, string text)
    {
        context.Response.StatusCode = code;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
