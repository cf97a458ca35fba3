using System.Buffers;
using System.IO.Compression;
using ActorKube.ApiServer.Http.Negotiation;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Responses;

/// <summary>Answers with one document that is already encoded.</summary>
internal static class BodyResponse
{
    /// <summary>Answers from this size on are compressed for clients that accept it; upstream's threshold.</summary>
    public const int GzipThreshold = 128 * 1024;

    private const string NoCache = "no-cache, private";

    /// <summary>Writes compact JSON in the encoding asked for.</summary>
    public static ValueTask WriteAsync(HttpContext context, ReadOnlyMemory<byte> json, int code, OutputFormat format)
    {
        if (format.Encoding == OutputEncoding.Yaml)
            return WriteBytesAsync(context, YamlText.From(json), code, "application/yaml");
        return WriteBytesAsync(context, format.Pretty ? JsonText.Pretty(json) : json, code, "application/json");
    }

    /// <summary>Writes bytes as they are.</summary>
    public static ValueTask WriteBytesAsync(HttpContext context, ReadOnlyMemory<byte> body, int code, string contentType)
    {
        Begin(context, code, contentType);
        if (body.Length >= GzipThreshold && AcceptsGzip(context.Request))
            return WriteCompressedAsync(context, body);
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            context.Response.BodyWriter.Write(body.Span);
        return default;
    }

    /// <summary>Sets status and the headers every answer carries; who knows better how long it keeps has said so before.</summary>
    public static void Begin(HttpContext context, int code, string contentType)
    {
        var response = context.Response;
        response.StatusCode = code;
        response.ContentType = contentType;
        if (response.Headers.CacheControl.Count == 0)
            response.Headers.CacheControl = NoCache;
    }

    /// <summary>True when the client takes gzip.</summary>
    public static bool AcceptsGzip(HttpRequest request)
    {
        var accepted = request.Headers.AcceptEncoding;
        if (accepted.Count == 0)
            return false;
        var header = accepted.ToString();
        if (header == "gzip")
            return true;
        foreach (var range in header.AsSpan().Split(','))
            if (IsGzip(header.AsSpan()[range].Trim()))
                return true;
        return false;
    }

    // Who weighs it with nothing does not take it.
    private static bool IsGzip(ReadOnlySpan<char> encoding)
    {
        if (!encoding.StartsWith("gzip", StringComparison.OrdinalIgnoreCase))
            return false;
        var weight = encoding["gzip".Length..].TrimStart();
        if (weight.IsEmpty)
            return true;
        return weight[0] == ';' && !(weight[1..].Trim() is var q && q.StartsWith("q=0", StringComparison.OrdinalIgnoreCase) && q["q=0".Length..].Trim(".0").IsEmpty);
    }

    /// <summary>Says that the answer is compressed, for this client and not for every one.</summary>
    public static void BeginGzip(HttpResponse response)
    {
        response.Headers.ContentEncoding = "gzip";
        response.Headers.Append("Vary", "Accept-Encoding");
    }

    private static async ValueTask WriteCompressedAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        BeginGzip(context.Response);
        await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
        await gzip.WriteAsync(body, context.RequestAborted);
    }
}
