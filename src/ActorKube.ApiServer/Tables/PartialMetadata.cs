using System.Buffers;
using System.Text.Json;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Tables;

/// <summary>Objects reduced to their metadata (<c>meta.k8s.io PartialObjectMetadata</c>), by copying bytes.</summary>
internal static class PartialMetadata
{
    /// <summary>One object.</summary>
    public static ReadOnlyMemory<byte> Of(StoredObject item, MetaVersion version = MetaVersion.V1)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        Write(buffer, item, version);
        return buffer.WrittenMemory;
    }

    /// <summary>Writes one object.</summary>
    public static void Write(IBufferWriter<byte> output, StoredObject item, MetaVersion version)
    {
        output.Write("{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\""u8);
        output.Write(version.Utf8ApiVersion());
        output.Write("\",\"metadata\":"u8);
        output.Write(ObjectMetadataText.Of(item.Json).Span);
        output.Write("}"u8);
    }

    /// <summary>Writes a list.</summary>
    public static void WriteList(IBufferWriter<byte> output, ListResponse list, MetaVersion version)
    {
        output.Write("{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":\""u8);
        output.Write(version.Utf8ApiVersion());
        output.Write("\",\"items\":["u8);
        var first = true;
        foreach (var item in list.Items)
        {
            if (!first)
                output.Write(","u8);
            first = false;
            Write(output, item, version);
        }
        output.Write("],\"metadata\":"u8);
        using (var writer = new Utf8JsonWriter(output))
            ListMetadata.Write(writer, list);
        output.Write("}"u8);
    }
}

/// <summary>The metadata of lists.</summary>
internal static class ListMetadata
{
    /// <summary>Writes it; the items have been walked before.</summary>
    public static void Write(Utf8JsonWriter writer, ListResponse list)
    {
        var end = list.End();
        writer.WriteStartObject();
        // What is made at each read is of no revision.
        if (list.Revision > 0)
            writer.WriteString("resourceVersion", list.Revision.ToString());
        if (end.Continue is not null)
            writer.WriteString("continue", end.Continue);
        if (end.RemainingItemCount is { } rest)
            writer.WriteNumber("remainingItemCount", rest);
        writer.WriteEndObject();
    }
}
