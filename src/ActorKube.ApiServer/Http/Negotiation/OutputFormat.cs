using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Http.Negotiation;

/// <summary>How a client wants its answer.</summary>
/// <param name="Encoding">JSON or YAML.</param>
/// <param name="Shape">The object as it is, as rows of a table, or its metadata only.</param>
/// <param name="Version">Version of the table or the metadata.</param>
/// <param name="Pretty">Indented for people.</param>
internal readonly record struct OutputFormat(OutputEncoding Encoding, OutputShape Shape, MetaVersion Version, bool Pretty)
{
    /// <summary>Metadata of a list was asked for, not of one object.</summary>
    public bool IsList { get; init; }

    public static readonly OutputFormat Json = new(OutputEncoding.Json, OutputShape.Object, MetaVersion.V1, false);
}

/// <summary>Encodings of answers.</summary>
internal enum OutputEncoding
{
    Json,
    Yaml,
}

/// <summary>Shapes of answers (the <c>as</c> parameter of the media type).</summary>
internal enum OutputShape
{
    Object,
    Table,
    Metadata,
}
