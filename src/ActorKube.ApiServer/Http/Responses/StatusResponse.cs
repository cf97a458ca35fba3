using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.ApiServer.Http.Negotiation;
using ActorKube.ApiServer.Http.Routing;
using ActorKube.ApiServer.Pipeline;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Responses;

/// <summary>Answers a failed request with its Status.</summary>
internal static class StatusResponse
{
    /// <summary>Writes the status unless the answer has begun; then the connection is cut, so that the client sees a failure rather than a short answer.</summary>
    public static ValueTask WriteAsync(HttpContext context, ApiStatus status)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return default;
        }
        context.Response.Clear();
        if (context.Features.Get<WarningList>() is { } warnings)
            WarningHeader.AddTo(context, warnings);
        if (status.RetryAfterSeconds > 0)
            context.Response.Headers.RetryAfter = status.RetryAfterSeconds.ToString();
        return BodyResponse.WriteAsync(context, Encode(status.ToJson()), status.Code, Format(context.Request));
    }

    // The failure is told in any case: who accepts nothing that there is gets JSON.
    private static OutputFormat Format(HttpRequest request)
    {
        try
        {
            return AcceptHeader.Choose(request.Headers.Accept, QueryReader.Pretty(request.QueryString.Value) ?? HumanClients.Reads(request.Headers.UserAgent));
        }
        catch (ApiException)
        {
            return OutputFormat.Json;
        }
    }

    private static byte[] Encode(JsonObject document) => Encoding.UTF8.GetBytes(document.ToJsonString(JsonText.Compact));
}
