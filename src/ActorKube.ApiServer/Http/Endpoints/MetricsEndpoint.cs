using System.Text;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Responses;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Endpoints;

/// <summary>Adds lines to <c>/metrics</c>.</summary>
public interface IMetricsSource
{
    /// <summary>Metrics in Prometheus' text format, each line ended by a newline.</summary>
    string Text();
}

/// <summary><c>/metrics</c> in Prometheus' text format.</summary>
internal sealed class MetricsEndpoint(RequestMetrics requests, IEnumerable<IMetricsSource> sources) : IEndpoint
{
    public IEnumerable<string> Paths => ["/metrics"];

    public ValueTask HandleAsync(HttpContext context, UserInfo user) =>
        BodyResponse.WriteBytesAsync(context, Encoding.UTF8.GetBytes(requests.Text() + string.Concat(sources.Select(s => s.Text()))), 200, "text/plain; version=0.0.4; charset=utf-8");
}
