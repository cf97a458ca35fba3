using System.Text;

namespace ActorKube.Protocol.Wire;

/// <summary>Reads what <see cref="WireWriter"/> wrote. Every length is checked against what is there before anything is allocated.</summary>
public ref struct WireReader(ReadOnlyMemory<byte> input)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _input = input;
    private int _at;

    /// <summary>True when every byte has been read.</summary>
    public readonly bool AtEnd => _at == _input.Length;

    /// <summary>Number of bytes read so far.</summary>
    public readonly int Position => _at;

    /// <summary>A number from 0 up.</summary>
    /// <exception cref="FormatException">The bytes end early, or the number has more than 64 bits.</exception>
    public ulong Unsigned()
    {
        var span = _input.Span;
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_at >= span.Length)
                throw Truncated();
            var digit = span[_at++];
            // The tenth digit holds the 64th bit and nothing else.
            if (shift == 63 && digit > 1)
                break;
            value |= (ulong)(digit & 0x7F) << shift;
            if (digit < 0x80)
                return value;
        }
        throw new FormatException("A number has too many digits.");
    }

    /// <summary>A number from 0 up that fits an <see cref="int"/>.</summary>
    /// <exception cref="FormatException">The bytes end early, or the number is too large.</exception>
    public int Count() => Unsigned() is <= int.MaxValue and var value ? (int)value : throw new FormatException("A number is too large for what it counts.");

    /// <summary>A number of either sign.</summary>
    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number or nothing.</summary>
    public long? OptionalSigned() => Flag() ? Signed() : null;

    /// <summary>A truth value.</summary>
    public bool Flag() => Unsigned() switch
    {
        0 => false,
        1 => true,
        var other => throw new FormatException($"{other} is not a truth value."),
    };

    /// <summary>A text.</summary>
    /// <exception cref="FormatException">The bytes end early or are not UTF-8.</exception>
    public string Text()
    {
        try
        {
            return Strict.GetString(Blob().Span);
        }
        catch (DecoderFallbackException invalid)
        {
            throw new FormatException("A text is not UTF-8.", invalid);
        }
    }

    /// <summary>A text or nothing.</summary>
    public string? OptionalText() => Flag() ? Text() : null;

    /// <summary>Bytes, as a window on the input.</summary>
    /// <exception cref="FormatException">The length exceeds what is there.</exception>
    public ReadOnlyMemory<byte> Blob()
    {
        var length = Unsigned();
        if (length > (ulong)(_input.Length - _at))
            throw Truncated();
        var blob = _input.Slice(_at, (int)length);
        _at += (int)length;
        return blob;
    }

    /// <summary>Makes sure that nothing is left over: a change of a message's fields is a new manifest, never an addition.</summary>
    /// <exception cref="FormatException">Bytes are left.</exception>
    public readonly void End()
    {
        if (!AtEnd)
            throw new FormatException("The message ends before the bytes do.");
    }

    private static FormatException Truncated() => new("The bytes end before the message does.");
}
