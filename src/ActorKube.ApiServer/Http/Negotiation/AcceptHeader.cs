using ActorKube.Api.Errors;

namespace ActorKube.ApiServer.Http.Negotiation;

/// <summary>Chooses the format of an answer from the <c>Accept</c> header: the first acceptable clause by quality, then by position.</summary>
internal static class AcceptHeader
{
    private const int MaxClauses = 64;
    private static readonly string[] Offered = ["application/json", "application/yaml"];

    /// <exception cref="ApiException">406 when nothing we have is accepted.</exception>
    public static OutputFormat Choose(string? accept, bool pretty)
    {
        if (string.IsNullOrEmpty(accept) || accept is "*/*" or "application/json")
            return OutputFormat.Json with { Pretty = pretty };
        OutputFormat? best = null;
        var bestQuality = 0.0;
        var clauses = 0;
        foreach (var range in accept.AsSpan().Split(','))
        {
            if (++clauses > MaxClauses)
                break;
            if (Parse(accept.AsSpan()[range]) is var (format, quality) && quality > bestQuality)
                (best, bestQuality) = (format, quality);
        }
        return best is { } chosen ? chosen with { Pretty = pretty } : throw ApiErrors.NotAcceptable(Offered);
    }

    private static (OutputFormat Format, double Quality)? Parse(ReadOnlySpan<char> clause)
    {
        var quality = 1.0;
        ReadOnlySpan<char> type = default, shape = default, group = default, version = default;
        var first = true;
        foreach (var range in clause.Split(';'))
        {
            var part = clause[range].Trim();
            if (first)
            {
                type = part;
                first = false;
                continue;
            }
            var equals = part.IndexOf('=');
            if (equals < 0)
                continue;
            var value = part[(equals + 1)..].Trim();
            switch (part[..equals].Trim())
            {
                case "q": quality = double.TryParse(value, out var q) ? q : 0; break;
                case "as": shape = value; break;
                case "g": group = value; break;
                case "v": version = value; break;
            }
        }
        if (Encoding(type) is not { } encoding || Shape(shape, group, version) is not { } form)
            return null;
        return (new OutputFormat(encoding, form, false), quality);
    }

    private static OutputEncoding? Encoding(ReadOnlySpan<char> type) => type switch
    {
        "application/json" or "*/*" or "application/*" => OutputEncoding.Json,
        "application/yaml" => OutputEncoding.Yaml,
        _ => null,
    };

    // The versions of both are the same but for their names; the newer one is what is given.
    private static OutputShape? Shape(ReadOnlySpan<char> shape, ReadOnlySpan<char> group, ReadOnlySpan<char> version) => shape switch
    {
        "" => OutputShape.Object,
        _ when group is not "meta.k8s.io" || version is not ("v1" or "v1beta1") => null,
        "Table" => OutputShape.Table,
        "PartialObjectMetadata" or "PartialObjectMetadataList" => OutputShape.Metadata,
        _ => null,
    };
}
