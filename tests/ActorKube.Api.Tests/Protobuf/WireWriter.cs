using System.Buffers.Binary;
using System.Text;

namespace ActorKube.Api.Tests.Protobuf;

/// <summary>Writes the wire format by hand, independently of the reader under test.</summary>
internal sealed class WireWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] Bytes => [.. _bytes];

    public WireWriter Varint(int field, long value) => Raw((ulong)field << 3).Raw((ulong)value);

    public WireWriter Double(int field, double value)
    {
        Raw((ulong)field << 3 | 1);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public WireWriter Delimited(int field, params ReadOnlySpan<byte> value)
    {
        Raw((ulong)field << 3 | 2).Raw((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public WireWriter Text(int field, string value) => Delimited(field, Encoding.UTF8.GetBytes(value));

    public WireWriter Message(int field, Action<WireWriter> write)
    {
        var inner = new WireWriter();
        write(inner);
        return Delimited(field, inner.Bytes);
    }

    /// <summary>A whole body: magic and envelope around a message.</summary>
    public static byte[] Body(string apiVersion, string kind, params ReadOnlySpan<byte> message)
    {
        var envelope = new WireWriter().Message(1, type => type.Text(1, apiVersion).Text(2, kind)).Delimited(2, message).Text(3, "").Text(4, "");
        return [.. "k8s\0"u8, .. envelope.Bytes];
    }

    /// <summary>A whole body around a message that is written here.</summary>
    public static byte[] Body(string apiVersion, string kind, Action<WireWriter> write)
    {
        var message = new WireWriter();
        write(message);
        return Body(apiVersion, kind, message.Bytes);
    }

    public WireWriter Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.Add((byte)(value | 0x80));
        _bytes.Add((byte)value);
        return this;
    }
}
