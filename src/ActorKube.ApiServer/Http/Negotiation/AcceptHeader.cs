using System.Globalization;
using ActorKube.Api.Errors;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Http.Negotiation;

/// <summary>
/// Chooses the format of an answer from the <c>Accept</c> header: the first acceptable clause by quality, then by how exactly it names a type, then by position
/// (upstream: <c>apiserver/pkg/endpoints/handlers/negotiation</c>).
/// </summary>
internal static class AcceptHeader
{
    private const int MaxClauses = 64;
    private static readonly string[] Offered = ["application/json", "application/yaml"];

    /// <exception cref="ApiException">406 when nothing we have is accepted.</exception>
    public static OutputFormat Choose(string? accept, bool pretty)
    {
        if (string.IsNullOrEmpty(accept) || accept is "*/*" or "application/json")
            return OutputFormat.Json with { Pretty = pretty };
        Clause? best = null;
        var clauses = 0;
        foreach (var range in accept.AsSpan().Split(','))
        {
            if (++clauses > MaxClauses)
                break;
            if (Parse(accept.AsSpan()[range]) is { } clause && (best is not { } chosen || clause.IsBetterThan(chosen)))
                best = clause;
        }
        return best is { Format: var format } ? format with { Pretty = pretty || format.Pretty } : throw ApiErrors.NotAcceptable(Offered);
    }

    private static Clause? Parse(ReadOnlySpan<char> clause)
    {
        var quality = 1.0;
        var isPretty = false;
        ReadOnlySpan<char> type = default, shape = default, group = default, version = default, stream = default, server = default;
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
            // A parameter without a value, or with two, is passed over.
            var equals = part.IndexOf('=');
            if (equals < 0 || equals == part.Length - 1 || part[(equals + 1)..].Contains('='))
                continue;
            var value = part[(equals + 1)..].Trim();
            switch (part[..equals].Trim())
            {
                case "q": quality = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var q) ? q : 0; break;
                case "as": shape = value; break;
                case "g": group = value; break;
                case "v": version = value; break;
                case "sv": server = value; break;
                case "stream": stream = value; break;
                case "pretty": isPretty = value is "1"; break;
            }
        }
        if (Encoding(type) is not { } encoding || !Streams(encoding, stream) || server is not ("" or "v1"))
            return null;
        if (shape.IsEmpty && group.IsEmpty && version.IsEmpty)
            return new Clause(new OutputFormat(encoding, OutputShape.Object, MetaVersion.V1, isPretty), quality, Exactness(type));
        return Shape(shape) is { } form && Version(group, version) is { } meta
            ? new Clause(new OutputFormat(encoding, form, meta, isPretty) { IsList = shape is "PartialObjectMetadataList" }, quality, Exactness(type))
            : null;
    }

    private static OutputEncoding? Encoding(ReadOnlySpan<char> type) => type switch
    {
        "application/json" or "*/*" or "*" or "application/*" => OutputEncoding.Json,
        "application/yaml" => OutputEncoding.Yaml,
        _ => null,
    };

    private static int Exactness(ReadOnlySpan<char> type) => type switch
    {
        "*/*" or "*" => 0,
        "application/*" => 1,
        _ => 2,
    };

    // Only JSON can be sent piece by piece, and watches are all that is.
    private static bool Streams(OutputEncoding encoding, ReadOnlySpan<char> stream) => stream.IsEmpty || (stream is "watch" && encoding == OutputEncoding.Json);

    private static OutputShape? Shape(ReadOnlySpan<char> shape) => shape switch
    {
        "Table" => OutputShape.Table,
        "PartialObjectMetadata" or "PartialObjectMetadataList" => OutputShape.Metadata,
        _ => null,
    };

    private static MetaVersion? Version(ReadOnlySpan<char> group, ReadOnlySpan<char> version) => version switch
    {
        _ when group is not "meta.k8s.io" => null,
        "v1" => MetaVersion.V1,
        "v1beta1" => MetaVersion.V1Beta1,
        _ => null,
    };

    /// <summary>A clause that can be met.</summary>
    private readonly record struct Clause(OutputFormat Format, double Quality, int Exactness)
    {
        public bool IsBetterThan(in Clause other) => Quality != other.Quality ? Quality > other.Quality : Exactness > other.Exactness;
    }
}
