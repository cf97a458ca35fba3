using System.Text;
using ActorKube.Api.Protobuf.Image;

namespace ActorKube.SchemaBuilder.Protobuf;

/// <summary>Writes messages in the form of <see cref="MessageImageFormat"/>. The same messages give the same bytes.</summary>
internal sealed class MessageImageWriter
{
    private readonly List<MessageFacts> _messages;
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<string> _strings = [];
    private readonly Dictionary<string, int> _stringNumbers = [];

    /// <exception cref="FormatException">A message is there twice, is not there, or has one number twice.</exception>
    public MessageImageWriter(IEnumerable<MessageFacts> messages)
    {
        _messages = [.. messages.OrderBy(m => m.FullName, StringComparer.Ordinal)];
        foreach (var (index, message) in _messages.Index())
        {
            if (!_numbers.TryAdd(message.FullName, index))
                throw new FormatException($"{message.Origin}: '{message.FullName}' is listed twice");
            foreach (var twice in message.Fields.CountBy(f => f.Number).Where(n => n.Value > 1))
                throw new FormatException($"{message.Origin}: number {twice.Key} of '{message.Name}' is listed twice");
        }
    }

    public byte[] Image()
    {
        using var body = new MemoryStream();
        using var writer = new BinaryWriter(body);
        var kinds = _messages.Where(m => m.ApiVersion is not null).ToList();
        foreach (var kind in kinds)
            Write(writer, Text(kind.ApiVersion!), Text(kind.Name), _numbers[kind.FullName]);
        var fields = 0;
        foreach (var message in _messages)
        {
            Write(writer, fields, message.Fields.Count, (int)message.Form);
            fields += message.Fields.Count;
        }
        foreach (var message in _messages)
        {
            foreach (var field in message.Fields.OrderBy(f => f.Number))
                Write(writer, field.Number, Text(field.Name), (int)field.Type | (int)field.Flags << 8, Reference(message, field));
        }
        writer.Flush();
        return [.. Header(kinds.Count, fields), .. body.ToArray()];
    }

    private byte[] Header(int kinds, int fields)
    {
        using var header = new MemoryStream();
        using var writer = new BinaryWriter(header, Encoding.UTF8);
        writer.Write(MessageImageFormat.Magic);
        Write(writer, _strings.Count, kinds, _messages.Count, fields);
        foreach (var text in _strings)
            writer.Write(text);
        writer.Flush();
        return header.ToArray();
    }

    private int Reference(MessageFacts message, FieldFacts field)
    {
        if (field.Message is null)
            return MessageImageFormat.None;
        return _numbers.TryGetValue(field.Message, out var number) ? number : throw new FormatException($"{message.Origin}: field '{field.Name}' is of an unknown message '{field.Message}'");
    }

    private int Text(string text)
    {
        if (_stringNumbers.TryAdd(text, _strings.Count))
            _strings.Add(text);
        return _stringNumbers[text];
    }

    private static void Write(BinaryWriter writer, params ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
            writer.Write(checked((ushort)number));
    }
}
