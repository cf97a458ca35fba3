using System.Buffers;
using ActorKube.Api.Errors;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http;

/// <summary>Reads request bodies up to upstream's limit of 3 MiB.</summary>
internal static class BodyReader
{
    /// <summary>Largest body of a request for resources, in bytes.</summary>
    public const int MaxBytes = 3 * 1024 * 1024;

    /// <exception cref="ApiException">413 when the body is larger; 400 when it ends early; 417 when the client expects what there is not.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, CancellationToken cancel)
    {
        var request = context.Request;
        if (request.Headers.Expect.Count > 0 && !string.Equals(request.Headers.Expect, "100-continue", StringComparison.OrdinalIgnoreCase))
            throw new ApiException(new ApiStatus(StatusCodes.Status417ExpectationFailed, StatusReason.BadRequest, "only 100-continue may be expected"));
        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0 && request.Protocol == HttpProtocol.Http11))
            return default;
        if (request.ContentLength > MaxBytes)
            throw TooLarge();
        var reader = request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancel);
                if (read.Buffer.Length > MaxBytes)
                    throw TooLarge();
                if (read.IsCompleted)
                {
                    // A copy of its own: the object may be stored, and must not pin the connection's buffers.
                    var body = read.Buffer.ToArray();
                    reader.AdvanceTo(read.Buffer.End);
                    return body;
                }
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (BadHttpRequestException broken)
        {
            throw broken.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge() : ApiErrors.BadRequest(broken.Message);
        }
    }

    private static ApiException TooLarge() => ApiErrors.RequestEntityTooLarge($"limit is {MaxBytes}");
}
