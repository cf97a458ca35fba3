using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;

namespace ActorKube.Api.Json;

/// <summary>
/// Encodes an object for the store. Identity comes first (<c>kind</c>, <c>apiVersion</c>, <c>metadata</c>, as upstream orders its
/// fields), so that whoever needs only the metadata can stop reading early; everything else keeps its order.
/// </summary>
public static class ObjectEncoder
{
    private static readonly JsonEncodedText Metadata = JsonEncodedText.Encode("metadata");
    private static readonly JsonEncodedText ResourceVersion = JsonEncodedText.Encode("resourceVersion");

    /// <summary>Encodes <paramref name="obj"/>, whatever resource version it carries, with an open one.</summary>
    /// <exception cref="ArgumentException"><c>metadata</c> is something else than an object.</exception>
    public static EncodedTemplate Encode(JsonObject obj)
    {
        if (obj.TryGetPropertyValue("metadata", out var metadata) && metadata is not (JsonObject or null))
            throw new ArgumentException("Metadata has to be an object.", nameof(obj));
        var pooled = JsonEncoder.Rent();
        var writer = pooled.Writer;
        writer.WriteStartObject();
        WriteText(writer, obj, "kind");
        WriteText(writer, obj, "apiVersion");
        var revisionAt = WriteMetadata(writer, metadata as JsonObject);
        foreach (var (name, value) in obj)
        {
            if (name is "kind" or "apiVersion" or "metadata")
                continue;
            writer.WritePropertyName(name);
            JsonEncoder.Write(writer, value);
        }
        writer.WriteEndObject();
        writer.Flush();
        var bytes = pooled.Buffer.WrittenSpan.ToArray();
        JsonEncoder.Return(pooled);
        return new EncodedTemplate(bytes, revisionAt);
    }

    private static void WriteText(Utf8JsonWriter writer, JsonObject obj, string property)
    {
        if (!obj.TryGetPropertyValue(property, out var value) || value is null)
            return;
        writer.WritePropertyName(property);
        value.WriteTo(writer);
    }

    private static int WriteMetadata(Utf8JsonWriter writer, JsonObject? metadata)
    {
        var revisionAt = -1;
        writer.WriteStartObject(Metadata);
        if (metadata is not null)
            foreach (var (name, value) in metadata)
            {
                if (name == "resourceVersion")
                    continue;
                writer.WritePropertyName(name);
                JsonEncoder.Write(writer, value);
                // Upstream's place for it, right after the uid.
                if (name == "uid")
                    revisionAt = WriteRevision(writer);
            }
        if (revisionAt < 0)
            revisionAt = WriteRevision(writer);
        writer.WriteEndObject();
        return revisionAt;
    }

    private static int WriteRevision(Utf8JsonWriter writer)
    {
        writer.WriteString(ResourceVersion, ""u8);
        return checked((int)(writer.BytesCommitted + writer.BytesPending)) - 1;
    }
}
