using System.Diagnostics;
using System.Text;
using ActorKube.Api.Errors;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ActorKube.ApiServer.Http.Responses;

/// <summary>
/// Gives a Status to requests that the HTTP/1.1 parser rejects before there is a request at all (<c>%00</c> in a path, a head that is too long …). The server tells of each of them before it
/// answers, and answers nothing of its own where an answer has begun; then it closes the connection (ADR 0150). Good requests do not come by here.
/// </summary>
internal sealed class RejectedRequests : DiagnosticSource
{
    private const string Rejected = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <inheritdoc/>
    public override bool IsEnabled(string name) => name == Rejected;

    /// <inheritdoc/>
    public override void Write(string name, object? value)
    {
        // Behind HTTP/2 the transport carries frames; what is rejected there is a stream, which the protocol itself resets.
        if (name == Rejected && value is IFeatureCollection features && features.Get<IHttp2StreamIdFeature>() is null
            && features.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException error)
            Answer(features, error);
    }

    private static void Answer(IFeatureCollection features, BadHttpRequestException error)
    {
        if (features.Get<IHttpResponseFeature>() is not { HasStarted: false } response || features.Get<IHttpResponseBodyFeature>() is not { } output
            || features.Get<IConnectionTransportFeature>() is not { } connection)
            return;
        var body = Encoding.UTF8.GetBytes(StatusOf(error).ToJson().ToJsonString(JsonText.Compact));
        response.StatusCode = error.StatusCode;
        response.Headers.ContentType = "application/json";
        response.Headers.CacheControl = "no-cache, private";
        response.Headers.Connection = "close";
        response.Headers.ContentLength = body.Length;
        // There is no body to write to before there is a request. Both go into the connection's memory at once; nobody waits for the client to take them.
        Forget(output.StartAsync());
        Forget(connection.Transport.Output.WriteAsync(body).AsTask());
    }

    private static void Forget(Task sent) => _ = sent.ContinueWith(static s => s.Exception, TaskScheduler.Default);

    private static ApiStatus StatusOf(BadHttpRequestException error) => error.StatusCode == StatusCodes.Status413PayloadTooLarge
        ? ApiErrors.RequestEntityTooLarge(error.Message).Status
        : new ApiStatus(error.StatusCode, error.StatusCode == StatusCodes.Status405MethodNotAllowed ? StatusReason.MethodNotAllowed : StatusReason.BadRequest, error.Message);
}
