using ActorKube.Api.Protobuf.Image;

namespace ActorKube.Api.Protobuf;

/// <summary>A message that can be decoded.</summary>
internal sealed class MessageType
{
    private readonly MessageField?[] _byNumber;

    /// <param name="form">What it is in JSON.</param>
    /// <param name="fields">Its fields, ordered by number.</param>
    public MessageType(MessageForm form, IReadOnlyList<MessageField> fields)
    {
        Form = form;
        // Upstream numbers the fields of a message without large gaps.
        _byNumber = new MessageField?[fields.Count == 0 ? 0 : fields[^1].Number + 1];
        foreach (var field in fields)
            _byNumber[field.Number] = field;
    }

    public MessageForm Form { get; }

    /// <summary>The fields from the highest number to the lowest.</summary>
    public IEnumerable<MessageField> FromHighest => Enumerable.Reverse(_byNumber).OfType<MessageField>();

    /// <summary>The field of that number; null for one that this version does not know.</summary>
    public MessageField? Find(uint number) => number < (uint)_byNumber.Length ? _byNumber[number] : null;
}

/// <summary>A field of a message.</summary>
/// <param name="Number">Number on the wire.</param>
/// <param name="Name">Name in JSON.</param>
/// <param name="Type">How its value, or each of its values, is encoded.</param>
/// <param name="Flags">Whether it is a list or a map, and when it is left out.</param>
/// <param name="Message">Number of the message that a value is; meaningless for other types.</param>
internal sealed record MessageField(int Number, string Name, FieldType Type, FieldFlags Flags, int Message)
{
    public bool IsList => (Flags & FieldFlags.List) != FieldFlags.None;

    public bool IsMap => (Flags & FieldFlags.Map) != FieldFlags.None;

    public bool IsInline => (Flags & FieldFlags.Inline) != FieldFlags.None;

    public bool ZeroIsUnset => (Flags & FieldFlags.ZeroIsUnset) != FieldFlags.None;

    /// <summary>The form in which its values come; those that are not delimited may also be packed into one delimited field.</summary>
    public WireType Wire => Type switch
    {
        FieldType.Bool or FieldType.Int32 or FieldType.Int64 => WireType.Varint,
        FieldType.Double => WireType.Fixed64,
        _ => WireType.Delimited,
    };
}
