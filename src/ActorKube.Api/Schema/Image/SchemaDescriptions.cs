using System.IO.Compression;
using System.Text;

namespace ActorKube.Api.Schema.Image;

/// <summary>The descriptions of definitions and properties by number. Decompressed for as long as somebody writes a document, and not kept.</summary>
internal sealed class SchemaDescriptions
{
    private readonly string[] _texts;

    private SchemaDescriptions(string[] texts) => _texts = texts;

    /// <summary>The text with that number; empty when there is none.</summary>
    public string this[int number] => (uint)number < (uint)_texts.Length ? _texts[number] : "";

    public static SchemaDescriptions Load()
    {
        using var compressed = new MemoryStream(SchemaImage.Resource(SchemaImageFormat.DescriptionsResource), writable: false);
        using var reader = new BinaryReader(new BrotliStream(compressed, CompressionMode.Decompress), Encoding.UTF8);
        var texts = new string[reader.ReadInt32()];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = reader.ReadString();
        return new SchemaDescriptions(texts);
    }
}
