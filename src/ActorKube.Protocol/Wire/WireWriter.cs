using System.Buffers;
using System.Text;

namespace ActorKube.Protocol.Wire;

/// <summary>
/// Writes the fields of a message one after the other: whole numbers as variable-length base-128 digits (low digits first), texts and blobs with their length
/// before them. The order of fields is the schema; it is fixed per manifest, and a change of it is a new manifest.
/// </summary>
public readonly ref struct WireWriter(IBufferWriter<byte> output)
{
    private readonly IBufferWriter<byte> _output = output;

    /// <summary>A number from 0 up.</summary>
    public void Unsigned(ulong value)
    {
        var span = _output.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        span[length++] = (byte)value;
        _output.Advance(length);
    }

    /// <summary>A number of either sign; small magnitudes are short.</summary>
    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>A number or nothing.</summary>
    public void Optional(long? value)
    {
        Flag(value is not null);
        if (value is { } number)
            Signed(number);
    }

    /// <summary>A truth value.</summary>
    public void Flag(bool value) => Unsigned(value ? 1u : 0u);

    /// <summary>A text.</summary>
    public void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Unsigned((ulong)length);
        Encoding.UTF8.GetBytes(value, _output.GetSpan(length));
        _output.Advance(length);
    }

    /// <summary>A text or nothing.</summary>
    public void Optional(string? value)
    {
        Flag(value is not null);
        if (value is not null)
            Text(value);
    }

    /// <summary>Bytes.</summary>
    public void Blob(ReadOnlySpan<byte> value)
    {
        Unsigned((ulong)value.Length);
        _output.Write(value);
    }
}
