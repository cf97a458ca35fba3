using ActorKube.ApiServer.Pipeline;
using Microsoft.Net.Http.Headers;

namespace ActorKube.ApiServer.Http.Negotiation;

/// <summary>
/// Reads the media type of a body by upstream's rules (Go's <c>mime.ParseMediaType</c>): a type whose parameters are malformed is none. Patches are told apart by their bare type, whatever
/// follows it.
/// </summary>
internal static class ContentTypeHeader
{
    /// <summary>What no decoder knows.</summary>
    public const string Malformed = "malformed";

    /// <summary>The type in lower case, without parameters; empty when there is none, <see cref="Malformed"/> when it cannot be read.</summary>
    public static string Read(string? header, RequestVerb verb)
    {
        // Nearly all clients write no more than this.
        if (string.IsNullOrEmpty(header))
            return "";
        if (header is "application/json" or "application/merge-patch+json" or "application/strategic-merge-patch+json" or "application/vnd.kubernetes.protobuf")
            return header;
        return verb == RequestVerb.Patch ? Bare(header) : Parse(header);
    }

    private static string Bare(string header)
    {
        var end = header.IndexOf(';');
        return end <= 0 ? header : header[..end];
    }

    private static string Parse(string header)
    {
        // A semicolon with nothing behind it is let pass.
        if (!MediaTypeHeaderValue.TryParse(header.TrimEnd(' ', '\t').TrimEnd(';'), out var type) || type.MediaType.Value is not { } value || value.Contains('*', StringComparison.Ordinal))
            return Malformed;
        foreach (var parameter in type.Parameters)
            if (!parameter.Value.HasValue || parameter.Value.Length == 0 || type.Parameters.Any(p => p.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase) && p.Value != parameter.Value))
                return Malformed;
        return value.ToLowerInvariant();
    }
}
