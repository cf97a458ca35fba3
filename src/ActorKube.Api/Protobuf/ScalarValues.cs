using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Protobuf.Image;
using ActorKube.Api.Times;

namespace ActorKube.Api.Protobuf;

/// <summary>The values that are one scalar in JSON, among them upstream's messages that write themselves as one.</summary>
internal static class ScalarValues
{
    private const long NanosPerTick = 100;
    private const long MaxExactInteger = 1L << 53;
    private static readonly long FirstSecond = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Reads one value.</summary>
    /// <param name="field">Its field.</param>
    /// <param name="reader">Stands before the value.</param>
    /// <param name="wire">The form in which it came.</param>
    /// <param name="zero">Whether it is the zero of its type.</param>
    /// <returns>The node; null for a value that is null in JSON, as the zero time.</returns>
    /// <exception cref="ApiException">400: malformed.</exception>
    public static JsonNode? Read(MessageField field, ref WireReader reader, WireType wire, out bool zero)
    {
        switch (field.Type, wire)
        {
            case (FieldType.String, WireType.Delimited):
                var text = reader.Text();
                zero = text.Length == 0;
                return JsonValue.Create(text);
            case (FieldType.Bytes, WireType.Delimited):
                var bytes = reader.Delimited();
                zero = bytes.IsEmpty;
                return JsonValue.Create(Convert.ToBase64String(bytes));
            case (FieldType.Bool, WireType.Varint):
                var flag = reader.Varint() != 0;
                zero = !flag;
                return JsonValue.Create(flag);
            case (FieldType.Int32, WireType.Varint):
                return Integer((int)reader.Varint(), out zero);
            case (FieldType.Int64, WireType.Varint):
                return Integer((long)reader.Varint(), out zero);
            case (FieldType.Double, WireType.Fixed64):
                return Number(reader.Double(), out zero);
            case (FieldType.Quantity, WireType.Delimited):
                zero = false;
                var amount = Fields.Read(reader.Delimited(), textField: 1).Text;
                return JsonValue.Create(amount.Length == 0 ? "0" : amount);
            case (FieldType.IntOrString, WireType.Delimited):
                return IntOrString(reader.Delimited(), out zero);
            case (FieldType.Time or FieldType.MicroTime, WireType.Delimited):
                return Time(reader.Delimited(), field.Type == FieldType.MicroTime, out zero);
            case (FieldType.Duration, WireType.Delimited):
                var nanos = Fields.Read(reader.Delimited()).First;
                zero = nanos == 0;
                return JsonValue.Create(GoDuration.Format(new TimeSpan(nanos / NanosPerTick)));
            default:
                throw WrongType(field, wire);
        }
    }

    /// <summary>400 for a field whose value came in a form that it cannot have.</summary>
    public static ApiException WrongType(MessageField field, WireType wire) =>
        WireReader.Malformed($"the field {(field.IsInline ? field.Number.ToString(CultureInfo.InvariantCulture) : field.Name)} has the wrong wire type {(int)wire}");

    private static JsonValue Integer(long value, out bool zero)
    {
        zero = value == 0;
        return JsonValue.Create(value);
    }

    private static JsonNode Number(double value, out bool zero)
    {
        zero = value == 0;
        if (!double.IsFinite(value))
            throw WireReader.Malformed("a number is not finite");
        if (Math.Abs(value) <= MaxExactInteger && value == Math.Truncate(value))
            return JsonValue.Create((long)value);
        return JsonDecoder.Decode(Encoding.UTF8.GetBytes(value.ToString("R", CultureInfo.InvariantCulture))).Root!;
    }

    private static JsonValue IntOrString(ReadOnlySpan<byte> bytes, out bool zero)
    {
        const int isInteger = 0, isString = 1;
        var fields = Fields.Read(bytes, textField: 3);
        switch (fields.First)
        {
            case isInteger:
                return Integer((int)fields.Second, out zero);
            case isString:
                zero = fields.Text.Length == 0;
                return JsonValue.Create(fields.Text);
            default:
                throw WireReader.Malformed("a value that is an integer or a string says that it is neither");
        }
    }

    /// <summary>Upstream writes the zero time as an empty message, and JSON has null for it; fractions count in <c>MicroTime</c> only.</summary>
    private static JsonValue? Time(ReadOnlySpan<byte> bytes, bool micro, out bool zero)
    {
        var fields = Fields.Read(bytes);
        zero = bytes.IsEmpty || fields.First == FirstSecond;
        if (zero)
            return null;
        if (fields.First < FirstSecond || fields.First > LastSecond || fields.Second is < 0 or >= 1_000_000_000)
            throw WireReader.Malformed("a time is outside of the years 1 to 9999");
        var time = DateTimeOffset.FromUnixTimeSeconds(fields.First);
        return JsonValue.Create(micro ? KubeTime.FormatMicro(time.AddTicks(fields.Second / NanosPerTick)) : KubeTime.Format(time));
    }

    /// <summary>The fields of a message that becomes a scalar: two integers, and at most one text.</summary>
    private readonly record struct Fields(long First, long Second, string Text)
    {
        public static Fields Read(ReadOnlySpan<byte> bytes, uint textField = 0)
        {
            long first = 0, second = 0;
            var text = "";
            var reader = new WireReader(bytes);
            while (!reader.AtEnd)
            {
                var number = reader.Tag(out var wire);
                switch (number, wire)
                {
                    case (1, WireType.Varint): first = (long)reader.Varint(); break;
                    case (2, WireType.Varint): second = (long)reader.Varint(); break;
                    case (_, WireType.Delimited) when number == textField: text = reader.Text(); break;
                    default: reader.Skip(wire); break;
                }
            }
            return new Fields(first, second, text);
        }
    }
}
