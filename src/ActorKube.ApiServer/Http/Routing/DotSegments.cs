using ActorKube.Api.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ActorKube.ApiServer.Http.Routing;

/// <summary>
/// Refuses paths with <c>.</c> and <c>..</c> among their segments, however they are written. The HTTP server takes them out, so that a client that puts a name it was told into a path
/// (<c>../secrets/x</c>) would reach something else with its own rights; upstream takes them for names, which they cannot be.
/// </summary>
internal static class DotSegments
{
    /// <exception cref="ApiException">400: there is one.</exception>
    public static void Refuse(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        // What was taken out or decoded was longer before; nearly all targets are as they were.
        if (raw.Length == context.Request.Path.Value?.Length + context.Request.QueryString.Value?.Length)
            return;
        var path = raw.AsSpan();
        if (path.IndexOf('?') is >= 0 and var query)
            path = path[..query];
        foreach (var range in path.Split('/'))
            if (Dots(path[range]) is > 0 and var dots)
                throw ApiErrors.BadRequest(dots == 1 ? "Name parameter invalid: \".\": may not be '.'" : "Name parameter invalid: \"..\": may not be '..'");
    }

    // 1 or 2 for a segment of so many dots and nothing else, else 0.
    private static int Dots(ReadOnlySpan<char> segment)
    {
        var dots = 0;
        while (!segment.IsEmpty)
        {
            var length = segment[0] == '.' ? 1 : segment.StartsWith("%2e", StringComparison.OrdinalIgnoreCase) ? 3 : 0;
            if (length == 0 || ++dots > 2)
                return 0;
            segment = segment[length..];
        }
        return dots;
    }
}
