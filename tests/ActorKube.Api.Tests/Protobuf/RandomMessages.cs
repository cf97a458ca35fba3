using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Protobuf;
using ActorKube.Api.Protobuf.Image;
using ActorKube.Api.Times;

namespace ActorKube.Api.Tests.Protobuf;

/// <summary>Random trees that a message can hold, in the form that decoding gives: what upstream leaves out when it is zero never is.</summary>
internal sealed class RandomMessages(Random random)
{
    private static readonly string[] Texts = ["", "a", "web", "é€😀", "with \"quotes\"", new string('x', 200)];

    public JsonObject Object(MessageType type, int depth)
    {
        var made = new JsonObject();
        foreach (var field in type.FromHighest)
        {
            if (random.Next(100) >= 70 - 12 * depth)
                continue;
            if (field.IsInline)
            {
                foreach (var (name, value) in Object(MessageImage.BuiltIn.Message(field.Message), depth + 1))
                    made[name] = value?.DeepClone();
            }
            else if (Field(field, depth) is { } value)
            {
                made[field.Name] = value;
            }
        }
        return made;
    }

    private JsonNode? Field(MessageField field, int depth)
    {
        if (field.IsList)
            return new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Value(field, depth))]);
        if (field.IsMap)
            return new JsonObject(Enumerable.Range(0, random.Next(1, 4)).Select(i => KeyValuePair.Create($"key{i}", Value(field, depth))));
        var value = Value(field, depth);
        return field.ZeroIsUnset && IsZero(field, value) ? null : value;
    }

    private JsonNode? Value(MessageField field, int depth) => field.Type switch
    {
        FieldType.Message => Message(MessageImage.BuiltIn.Message(field.Message), depth + 1),
        FieldType.String => Texts[random.Next(Texts.Length)],
        FieldType.Bytes => Convert.ToBase64String(Encoding.UTF8.GetBytes(Texts[random.Next(Texts.Length)])),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Int32 => random.Next(3) == 0 ? 0 : (long)random.Next(int.MinValue, int.MaxValue),
        FieldType.Int64 => random.Next(3) == 0 ? 0 : random.NextInt64(long.MinValue, long.MaxValue),
        FieldType.Double => random.Next(2) == 0 ? random.Next(-5, 5) : JsonNode.Parse((random.NextDouble() * 100).ToString("R", CultureInfo.InvariantCulture)),
        FieldType.Quantity => $"{random.Next(1, 100)}Mi",
        FieldType.IntOrString => random.Next(2) == 0 ? (long)random.Next(-2, 70_000) : Texts[random.Next(Texts.Length)],
        FieldType.Time => KubeTime.Format(Instant()),
        FieldType.MicroTime => KubeTime.FormatMicro(Instant()),
        FieldType.Duration => GoDuration.Format(new TimeSpan(random.NextInt64(-1_000_000_000_000, 1_000_000_000_000))),
        FieldType.Json => JsonNode.Parse("""[{"any":["json",1,null,true]},"text",5,[]]""")![random.Next(4)]!.DeepClone(),
        _ => throw new InvalidOperationException($"A field of type {field.Type} is new here."),
    };

    private JsonNode? Message(MessageType type, int depth)
    {
        var fields = Object(type, depth);
        if (type.Form == MessageForm.Object)
            return fields;
        var one = type.FromHighest.ElementAt(random.Next(type.FromHighest.Count()));
        return Field(one, depth);
    }

    private DateTimeOffset Instant() => new(random.NextInt64(TimeSpan.TicksPerDay, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    private static bool IsZero(MessageField field, JsonNode? value) => value switch
    {
        null => true,
        JsonObject map => map.Count == 0,
        JsonArray => false,
        _ => field.Type != FieldType.Quantity && value.ToJsonString() is "0" or "\"\"" or "false" or "\"0s\"",
    };
}
