namespace ActorKube.Api.Protobuf.Image;

/// <summary>
/// The embedded table of protobuf messages, as the builder writes and <c>MessageImage</c> reads it. Little-endian:
/// <code>
/// header    magic (u32); numbers of strings, kinds, messages, fields (u16 each)
/// strings   length-prefixed UTF-8
/// kinds     apiVersion, kind (strings), message (u16 each)
/// messages  first field, number of fields, <see cref="MessageForm"/> (u16 each)
/// fields    number, name (u16); FieldType, FieldFlags (u8); message (u16); ordered by number within their message
/// </code>
/// A reference that points nowhere is <see cref="None"/>.
/// </summary>
internal static class MessageImageFormat
{
    /// <summary>First bytes of an image; the last digit is the version of the format.</summary>
    public const uint Magic = 0x31504B41;

    /// <summary>A reference that points nowhere.</summary>
    public const int None = 0xFFFF;

    public const int KindSize = 6;
    public const int MessageSize = 6;
    public const int FieldSize = 8;

    /// <summary>Name of the embedded resource.</summary>
    public const string Resource = "kubernetes.protobuf";
}

/// <summary>What a message is in JSON.</summary>
internal enum MessageForm : ushort
{
    /// <summary>An object with its fields.</summary>
    Object,

    /// <summary>The array in its only field.</summary>
    List,

    /// <summary>The value of one of its fields: of those present the one with the highest number.</summary>
    Union,
}

/// <summary>How a field's value is encoded, and what it is in JSON.</summary>
internal enum FieldType : byte
{
    Message,
    String,
    Bytes,
    Bool,
    Int32,
    Int64,
    Double,
    Quantity,
    IntOrString,
    Time,
    MicroTime,
    Duration,

    /// <summary>A message whose first field holds JSON text.</summary>
    Json,
}

/// <summary>What else is to know of a field.</summary>
[Flags]
internal enum FieldFlags : byte
{
    None = 0,
    List = 1,

    /// <summary>A map from strings to the field's type.</summary>
    Map = 2,

    /// <summary>Upstream's field is no pointer and left out of JSON when empty: its encoders write a zero where nothing was set.</summary>
    ZeroIsUnset = 4,

    /// <summary>The message's own fields appear in place of this one.</summary>
    Inline = 8,
}
