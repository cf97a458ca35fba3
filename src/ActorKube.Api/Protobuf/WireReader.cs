using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using ActorKube.Api.Errors;

namespace ActorKube.Api.Protobuf;

/// <summary>Reads the protobuf wire format. Whatever the bytes, it ends, and fails only with 400.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private const ulong MaxFieldNumber = (1 << 29) - 1;

    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>The number of the next field and the form of its value.</summary>
    public uint Tag(out WireType wire)
    {
        var tag = Varint();
        wire = (WireType)(tag & 7);
        var number = tag >> 3;
        if (number is 0 or > MaxFieldNumber)
            throw Malformed("a field has an illegal number");
        return (uint)number;
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < _rest.Length && i < 10; i++)
        {
            var next = _rest[i];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next >= 0x80)
                continue;
            _rest = _rest[(i + 1)..];
            return value;
        }
        throw Malformed(_rest.Length < 10 ? "it ends within a number" : "a number is longer than 64 bits");
    }

    public double Double() => BitConverter.UInt64BitsToDouble(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)));

    /// <summary>A value that is preceded by its length.</summary>
    public ReadOnlySpan<byte> Delimited()
    {
        var length = Varint();
        return length > (ulong)_rest.Length ? throw Malformed("a field is longer than what holds it") : Take((int)length);
    }

    public string Text()
    {
        var text = Delimited();
        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : throw Malformed("a string is not UTF-8");
    }

    /// <summary>Passes over the value of a field that nobody wants.</summary>
    public void Skip(WireType wire)
    {
        switch (wire)
        {
            case WireType.Varint: Varint(); break;
            case WireType.Fixed64: Take(8); break;
            case WireType.Delimited: Delimited(); break;
            case WireType.Fixed32: Take(4); break;
            default: throw Malformed($"a field has the illegal wire type {(int)wire}");
        }
    }

    public static ApiException Malformed(string why) => ApiErrors.BadRequest($"error decoding request body: malformed protobuf: {why}");

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
            throw Malformed("it ends within a field");
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}

/// <summary>The form of an encoded value. Groups, which proto2 once had, are not among them: no API message has any.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Delimited = 2,
    Fixed32 = 5,
}
