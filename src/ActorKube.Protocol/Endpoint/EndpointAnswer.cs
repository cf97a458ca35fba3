using System.Buffers;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Wire;

namespace ActorKube.Protocol.Endpoint;

/// <summary>The content of answers: one object as its JSON, or a list.</summary>
public static class EndpointAnswer
{
    /// <summary>Encodes a list.</summary>
    public static ReadOnlyMemory<byte> Encode(ObjectList list)
    {
        var output = new ArrayBufferWriter<byte>(64 + list.Items.Sum(i => i.Json.Length + 4));
        var writer = new WireWriter(output);
        writer.Text(list.ResourceVersion);
        writer.Optional(list.Continue);
        writer.Unsigned((ulong)list.Items.Count);
        foreach (var item in list.Items)
            writer.Blob(item.Json.Span);
        return output.WrittenMemory;
    }

    /// <summary>Decodes a list.</summary>
    /// <exception cref="FormatException">The bytes are not a list.</exception>
    public static ObjectList DecodeList(ReadOnlyMemory<byte> content)
    {
        var reader = new WireReader(content);
        var revision = reader.Text();
        var next = reader.OptionalText();
        var count = reader.Count();
        var items = new List<StoredObject>(Math.Min(count, 4096));
        // Copies, so that an object that is kept does not keep the whole answer.
        for (var i = 0; i < count; i++)
            items.Add(StoredObject.Parse(reader.Blob().ToArray()));
        reader.End();
        return new ObjectList(items, revision, next);
    }
}
