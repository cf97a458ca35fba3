using System.Buffers.Binary;
using System.Text;
using ActorKube.Api.Schema.Image;

namespace ActorKube.Api.Protobuf.Image;

/// <summary>
/// The messages of the built-in kinds out of the embedded image. Opened when the first protobuf request comes; each message is made when it is
/// first met. Safe for any number of threads; a race makes an equal message twice and keeps one.
/// </summary>
internal sealed class MessageImage
{
    private const string MetaVersion = "meta.k8s.io/v1";
    private static readonly Lazy<MessageImage> Opened = new(static () => new MessageImage(SchemaImage.Resource(MessageImageFormat.Resource)));

    private readonly byte[] _bytes;
    private readonly string[] _strings;
    private readonly Dictionary<(string ApiVersion, string Kind), int> _kinds = [];
    private readonly MessageType?[] _messages;
    private readonly int _messagesAt;
    private readonly int _fieldsAt;

    public MessageImage(byte[] bytes)
    {
        _bytes = bytes;
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (reader.ReadUInt32() != MessageImageFormat.Magic)
            throw new FormatException("This is not a message image of this version.");
        _strings = new string[reader.ReadUInt16()];
        var kinds = reader.ReadUInt16();
        _messages = new MessageType?[reader.ReadUInt16()];
        reader.ReadUInt16();
        for (var i = 0; i < _strings.Length; i++)
            _strings[i] = reader.ReadString();
        for (var i = 0; i < kinds; i++)
            _kinds.Add((_strings[reader.ReadUInt16()], _strings[reader.ReadUInt16()]), reader.ReadUInt16());
        _messagesAt = (int)reader.BaseStream.Position;
        _fieldsAt = _messagesAt + _messages.Length * MessageImageFormat.MessageSize;
    }

    /// <summary>The image in this assembly.</summary>
    public static MessageImage BuiltIn => Opened.Value;

    /// <summary>All kinds with their <c>apiVersion</c>.</summary>
    public IEnumerable<(string ApiVersion, string Kind)> Kinds => _kinds.Keys;

    /// <summary>The message of a kind, or null. Options that belong to requests are known in every group, as upstream.</summary>
    public MessageType? Find(string apiVersion, string kind)
    {
        if (_kinds.TryGetValue((apiVersion, kind), out var message) || _kinds.TryGetValue((MetaVersion, kind), out message))
            return Message(message);
        return null;
    }

    /// <summary>The message of that number.</summary>
    public MessageType Message(int index)
    {
        if (Volatile.Read(ref _messages[index]) is { } known)
            return known;
        var at = _messagesAt + index * MessageImageFormat.MessageSize;
        var fields = new MessageField[U16(at + 2)];
        for (var i = 0; i < fields.Length; i++)
            fields[i] = Field(_fieldsAt + (U16(at) + i) * MessageImageFormat.FieldSize);
        var made = new MessageType((MessageForm)U16(at + 4), fields);
        return Interlocked.CompareExchange(ref _messages[index], made, null) ?? made;
    }

    private MessageField Field(int at) =>
        new(U16(at), _strings[U16(at + 2)], (FieldType)_bytes[at + 4], (FieldFlags)_bytes[at + 5], U16(at + 6));

    private int U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));
}
