using System.Buffers;
using System.Text.Json;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Tables;

/// <summary>What a row carries besides its cells (query parameter <c>includeObject</c>).</summary>
internal enum TableObject
{
    /// <summary>The metadata; the default.</summary>
    Metadata,
    /// <summary>Nothing.</summary>
    None,
    /// <summary>The whole object.</summary>
    Object,
}

/// <summary>Shows objects as <c>meta.k8s.io Table</c>s: the columns of their kind, one row each.</summary>
internal static class TableRenderer
{
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true };

    /// <summary>Reads <c>includeObject</c>.</summary>
    /// <exception cref="ApiException">400: none of the three.</exception>
    public static TableObject Include(string? includeObject) => includeObject switch
    {
        null or "" or "Metadata" => TableObject.Metadata,
        "None" => TableObject.None,
        "Object" => TableObject.Object,
        _ => throw ApiErrors.BadRequest($"Unable to convert to Table as requested: includeObject: Invalid value: {GoText.Quote(includeObject)}: must be 'Metadata', 'Object', 'None', or empty"),
    };

    /// <summary>A list as a table.</summary>
    /// <param name="output">Receives the JSON.</param>
    /// <param name="resource">Whose columns are shown.</param>
    /// <param name="list">The rows; walked once.</param>
    /// <param name="include">What rows carry.</param>
    /// <param name="now">The time that ages refer to.</param>
    /// <param name="version">Version of the table.</param>
    public static void WriteList(IBufferWriter<byte> output, ServedResource resource, ListResponse list, TableObject include, DateTimeOffset now, MetaVersion version = MetaVersion.V1)
    {
        using var writer = new Utf8JsonWriter(output, Unchecked);
        Start(writer, version);
        var layout = resource.Strategy.Table;
        WriteColumns(writer, layout);
        writer.WriteStartArray("rows");
        foreach (var item in list.Items)
            WriteRow(writer, layout, item, include, now, version);
        writer.WriteEndArray();
        // The end of the page is known only now; the order of fields means nothing to clients.
        writer.WritePropertyName("metadata");
        ListMetadata.Write(writer, list);
        writer.WriteEndObject();
    }

    /// <summary>One object as a table of one row.</summary>
    /// <param name="resource">Whose columns are shown.</param>
    /// <param name="item">The object.</param>
    /// <param name="include">What the row carries.</param>
    /// <param name="now">The time that ages refer to.</param>
    /// <param name="columns">False for the second and later tables of one watch, whose columns are known.</param>
    /// <param name="version">Version of the table.</param>
    public static ReadOnlyMemory<byte> Render(ServedResource resource, StoredObject item, TableObject include, DateTimeOffset now, bool columns = true, MetaVersion version = MetaVersion.V1) =>
        Render(resource.Strategy.Table, item, include, now, columns, version);

    /// <summary>Something that is shown as a table although it is no object of a resource.</summary>
    public static ReadOnlyMemory<byte> Render(TableLayout layout, StoredObject item, TableObject include, DateTimeOffset now, bool columns = true, MetaVersion version = MetaVersion.V1)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Unchecked))
        {
            Start(writer, version);
            writer.WriteStartObject("metadata");
            writer.WriteString("resourceVersion", item.Revision.ToString());
            writer.WriteEndObject();
            if (columns)
                WriteColumns(writer, layout);
            else
                writer.WriteNull("columnDefinitions");
            writer.WriteStartArray("rows");
            WriteRow(writer, layout, item, include, now, version);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    private static void Start(Utf8JsonWriter writer, MetaVersion version)
    {
        writer.WriteStartObject();
        writer.WriteString("kind"u8, "Table"u8);
        writer.WriteString("apiVersion"u8, version.Utf8ApiVersion());
    }

    private static void WriteColumns(Utf8JsonWriter writer, TableLayout layout)
    {
        writer.WriteStartArray("columnDefinitions");
        foreach (var column in layout.Columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", column.Name);
            writer.WriteString("type", column.Type);
            writer.WriteString("format", column.Format);
            writer.WriteString("description", column.Description);
            writer.WriteNumber("priority", column.Priority);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    // Clients leave rows with this condition out where people ask for what is going on.
    private static void WriteCompletion(Utf8JsonWriter writer, RowCompletion completion)
    {
        writer.WriteStartArray("conditions");
        writer.WriteStartObject();
        writer.WriteString("type", "Completed");
        writer.WriteString("status", "True");
        writer.WriteString("reason", completion.Reason);
        writer.WriteString("message", completion.Message);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteRow(Utf8JsonWriter writer, in TableLayout layout, StoredObject item, TableObject include, DateTimeOffset now, MetaVersion version)
    {
        using var document = JsonDocument.Parse(item.Json);
        writer.WriteStartObject();
        writer.WriteStartArray("cells");
        foreach (var column in layout.Columns)
            column.Cell(document.RootElement, now).Write(writer);
        writer.WriteEndArray();
        if (layout.Completion?.Invoke(document.RootElement) is { } completion)
            WriteCompletion(writer, completion);
        writer.WritePropertyName("object");
        switch (include)
        {
            case TableObject.None:
                writer.WriteNullValue();
                break;
            case TableObject.Metadata:
                writer.WriteRawValue(PartialMetadata.Of(item, version).Span, skipInputValidation: true);
                break;
            case TableObject.Object:
                writer.WriteRawValue(item.Json.Span, skipInputValidation: true);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(include), include, "Unknown row content.");
        }
        writer.WriteEndObject();
    }
}
