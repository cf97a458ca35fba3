using System.Net;
using System.Text.Json;
using ActorKube.Api.Errors;

namespace ActorKube.Machinery.Client.Http;

/// <summary>What a failed request means.</summary>
internal static class FailedResponse
{
    // A Status is small; whatever is larger is not one.
    private const int MaxBytes = 1 << 20;

    /// <summary>The failure that a response tells of: its Status, or what its code says when something else answered, a proxy for example.</summary>
    public static async Task<ApiException> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var code = (int)response.StatusCode;
        var body = response.Content.Headers.ContentLength is > MaxBytes ? [] : await response.Content.ReadAsByteArrayAsync(cancel);
        return TryParse(body, code) is { } status ? new ApiException(status) : Unspecific(code, (int)(response.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0));
    }

    /// <summary>The failure of a request that got no response: one that never left did not happen, of others nobody knows.</summary>
    public static ApiException OfTransport(HttpRequestException failure, bool changesNothing) =>
        changesNothing || failure.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
            ? ApiErrors.ServiceUnavailable($"the server cannot be reached: {failure.Message}")
            : ApiErrors.Timeout("the connection was lost before the answer came");

    /// <summary>The Status in a document, or null when it is none.</summary>
    public static ApiStatus? TryParse(ReadOnlyMemory<byte> json, int code)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("kind"u8, out var kind) || !kind.ValueEquals("Status"u8))
                return null;
            var status = ApiStatus.FromJson(document.RootElement);
            return status.Code == 0 ? status with { Code = code } : status;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ApiException Unspecific(int code, int retryAfter) => (HttpStatusCode)code switch
    {
        HttpStatusCode.Unauthorized => ApiErrors.Unauthorized(),
        HttpStatusCode.NotFound => ApiErrors.NoSuchPath(),
        HttpStatusCode.TooManyRequests => ApiErrors.TooManyRequests("the server has received too many requests and has asked us to try again later", retryAfter),
        HttpStatusCode.GatewayTimeout => ApiErrors.Timeout("the server was unable to return a response in the time allotted", retryAfter),
        _ => new ApiException(new ApiStatus(code, StatusReason.Unknown, $"the server responded with the status code {code} but did not return more information") { RetryAfterSeconds = retryAfter }),
    };
}
