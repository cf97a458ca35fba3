using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Protobuf;
using ActorKube.Api.Protobuf.Image;
using ActorKube.Api.Times;

namespace ActorKube.Api.Tests.Protobuf;

/// <summary>Encodes trees the way Go's generated code does: what is no pointer is written even when nothing was set.</summary>
internal static class MessageEncoder
{
    public static byte[] Encode(MessageType type, JsonObject fields)
    {
        var writer = new WireWriter();
        foreach (var field in type.FromHighest.Reverse())
        {
            if (field.IsInline)
                writer.Delimited(field.Number, Encode(MessageImage.BuiltIn.Message(field.Message), fields));
            else if (fields.TryGetPropertyValue(field.Name, out var value))
                WriteField(writer, field, value!);
            else if (field.ZeroIsUnset)
                WriteZero(writer, field);
        }
        return writer.Bytes;
    }

    private static void WriteField(WireWriter writer, MessageField field, JsonNode value)
    {
        if (field.IsList)
        {
            foreach (var item in value.AsArray())
                WriteValue(writer, field.Number, field, item!);
        }
        else if (field.IsMap)
        {
            foreach (var (key, item) in value.AsObject())
                writer.Message(field.Number, entry => WriteValue(entry.Text(1, key), 2, field, item!));
        }
        else
        {
            WriteValue(writer, field.Number, field, value);
        }
    }

    private static void WriteZero(WireWriter writer, MessageField field)
    {
        switch (field.Wire)
        {
            case WireType.Varint: writer.Varint(field.Number, 0); break;
            case WireType.Fixed64: writer.Double(field.Number, 0); break;
            // A zero quantity says that it is zero; nothing that JSON leaves out is written for it.
            case WireType.Delimited when field.Type != FieldType.Quantity: writer.Delimited(field.Number); break;
        }
    }

    private static void WriteValue(WireWriter writer, int number, MessageField field, JsonNode value)
    {
        switch (field.Type)
        {
            case FieldType.Message: writer.Delimited(number, Message(MessageImage.BuiltIn.Message(field.Message), value)); break;
            case FieldType.String: writer.Text(number, value.Text()!); break;
            case FieldType.Bytes: writer.Delimited(number, Convert.FromBase64String(value.Text()!)); break;
            case FieldType.Bool: writer.Varint(number, value.Bool()!.Value ? 1 : 0); break;
            case FieldType.Int32 or FieldType.Int64: writer.Varint(number, value.Int64()!.Value); break;
            case FieldType.Double: writer.Double(number, double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture)); break;
            case FieldType.Quantity: writer.Message(number, m => m.Text(1, value.Text()!)); break;
            case FieldType.IntOrString: writer.Message(number, m => WriteIntOrString(m, value)); break;
            case FieldType.Time or FieldType.MicroTime: writer.Message(number, m => WriteTime(m, value.Text()!)); break;
            case FieldType.Duration: writer.Message(number, m => m.Varint(1, GoDuration.TryParse(value.Text(), out var d) ? d.Ticks * 100 : throw new FormatException())); break;
            case FieldType.Json: writer.Message(number, m => m.Delimited(1, Encoding.UTF8.GetBytes(value.ToJsonString()))); break;
            default: throw new InvalidOperationException($"A field of type {field.Type} is new here.");
        }
    }

    private static byte[] Message(MessageType type, JsonNode value)
    {
        if (type.Form == MessageForm.Object)
            return Encode(type, value.AsObject());
        var writer = new WireWriter();
        var field = type.FromHighest.First(f => value switch
        {
            JsonArray => f.IsList,
            JsonObject => !f.IsList && f.Type == FieldType.Message,
            _ => f.Type == FieldType.Bool,
        });
        WriteField(writer, field, value);
        return writer.Bytes;
    }

    private static void WriteIntOrString(WireWriter writer, JsonNode value)
    {
        if (value.Int64() is { } number)
            writer.Varint(1, 0).Varint(2, number).Text(3, "");
        else
            writer.Varint(1, 1).Varint(2, 0).Text(3, value.Text()!);
    }

    private static void WriteTime(WireWriter writer, string text)
    {
        if (!KubeTime.TryParse(text, out var time))
            throw new FormatException(text);
        var second = KubeTime.Truncate(time);
        writer.Varint(1, second.ToUnixTimeSeconds()).Varint(2, (time - second).Ticks * 100);
    }
}
