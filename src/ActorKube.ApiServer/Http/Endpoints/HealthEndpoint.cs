using System.Text;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Http.Routing;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Endpoints;

/// <summary>Something whose health the server reports.</summary>
public interface IHealthCheck
{
    /// <summary>Name in the report, for example <c>poststarthook/bootstrap</c>.</summary>
    string Name { get; }

    /// <summary>True when a failure means that the process has to be restarted (<c>/livez</c>), not only that it is not ready yet.</summary>
    bool IsLiveness { get; }

    /// <summary>Null when all is well, else what is wrong.</summary>
    ValueTask<string?> CheckAsync(CancellationToken cancel);
}

/// <summary><c>/healthz</c>, <c>/livez</c>, <c>/readyz</c>, with <c>?verbose</c> and <c>?exclude=</c>, and each check below them, as upstream writes them.</summary>
internal sealed class HealthEndpoint(IEnumerable<IHealthCheck> checks) : IEndpoint
{
    private readonly IHealthCheck[] _checks = [new Ping(), .. checks];

    public IEnumerable<string> Paths => ["/healthz", "/livez", "/readyz", "/healthz/*", "/livez/*", "/readyz/*"];

    // Load balancers ask without credentials; what the server is made of is told to those who may know.
    public bool IsPublic(string path) => path.AsSpan().Trim('/').IndexOf('/') < 0;

    public async ValueTask HandleAsync(HttpContext context, UserInfo user)
    {
        var path = context.Request.Path.Value!.Trim('/');
        var slash = path.IndexOf('/');
        var group = slash < 0 ? path : path[..slash];
        var members = _checks.Where(c => group != "livez" || c.IsLiveness);
        if (slash >= 0)
            members = members.Where(c => c.Name == path[(slash + 1)..]);
        var query = context.Request.QueryString.Value is { Length: > 1 } text ? QueryReader.Pairs(text).ToArray() : [];
        var excluded = query.Where(q => q.Name == "exclude").Select(q => q.Value).ToHashSet();
        if (slash >= 0)
        {
            await AnswerOneAsync(context, members.FirstOrDefault() ?? throw Api.Errors.ApiErrors.NoSuchPath());
            return;
        }
        var report = new StringBuilder();
        var healthy = true;
        foreach (var check in members)
        {
            if (excluded.Remove(check.Name))
            {
                report.Append($"[+]{check.Name} excluded: ok\n");
                continue;
            }
            var isGood = await check.CheckAsync(context.RequestAborted) is null;
            healthy &= isGood;
            // Everybody may read this; why it failed is told below the name of the check.
            report.Append(isGood ? $"[+]{check.Name} ok\n" : $"[-]{check.Name} failed: reason withheld\n");
        }
        if (excluded.Count > 0)
            report.Append($"warn: some health checks cannot be excluded: no matches for {string.Join(",", excluded.Order(StringComparer.Ordinal).Select(GoText.Quote))}\n");
        report.Append(healthy ? $"{group} check passed\n" : $"{group} check failed\n");
        var isVerbose = query.Any(q => q.Name == "verbose");
        await AnswerAsync(context, healthy && !isVerbose ? "ok" : report.ToString(), healthy);
    }

    private static async ValueTask AnswerOneAsync(HttpContext context, IHealthCheck check)
    {
        var problem = await check.CheckAsync(context.RequestAborted);
        await AnswerAsync(context, problem is null ? "ok" : $"internal server error: {problem}\n", problem is null);
    }

    private static ValueTask AnswerAsync(HttpContext context, string body, bool healthy)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return BodyResponse.WriteBytesAsync(context, Encoding.UTF8.GetBytes(body), healthy ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError, "text/plain; charset=utf-8");
    }

    private sealed class Ping : IHealthCheck
    {
        public string Name => "ping";

        public bool IsLiveness => true;

        public ValueTask<string?> CheckAsync(CancellationToken cancel) => new((string?)null);
    }
}
