using System.Text;

namespace ActorKube.Api.OpenApi.Protobuf;

/// <summary>Writes the protobuf wire format. A nested message is written in place and moved up by the width of its length when it ends.</summary>
internal sealed class ProtoWriter
{
    private const int Varint = 0;
    private const int Delimited = 2;
    private byte[] _buffer = new byte[1 << 16];
    private int _length;

    public byte[] ToArray() => _buffer[.._length];

    public void Text(int field, string value)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        Tag(field, Delimited);
        Number((ulong)size);
        Reserve(size);
        _length += Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_length));
    }

    public void Bool(int field, bool value)
    {
        Tag(field, Varint);
        Number(value ? 1u : 0u);
    }

    /// <summary>Starts a nested message; the result goes to <see cref="End"/>.</summary>
    public int Begin(int field)
    {
        Tag(field, Delimited);
        return _length;
    }

    public void End(int start)
    {
        var size = _length - start;
        var width = Width((ulong)size);
        Reserve(width);
        Buffer.BlockCopy(_buffer, start, _buffer, start + width, size);
        _length = start;
        Number((ulong)size);
        _length += size;
    }

    private void Tag(int field, int wireType) => Number((ulong)(field << 3 | wireType));

    private void Number(ulong value)
    {
        Reserve(10);
        for (; value >= 0x80; value >>= 7)
            _buffer[_length++] = (byte)(value | 0x80);
        _buffer[_length++] = (byte)value;
    }

    private static int Width(ulong value)
    {
        var width = 1;
        while ((value >>= 7) != 0)
            width++;
        return width;
    }

    private void Reserve(int size)
    {
        if (_buffer.Length - _length < size)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + size));
    }
}
