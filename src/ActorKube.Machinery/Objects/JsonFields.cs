using System.Text.Json;

namespace ActorKube.Machinery.Objects;

/// <summary>
/// Steps through encoded objects. Every member starts on a property name (or, in arrays, on the item's first token) and leaves the reader on the value's last
/// token; a value of an unexpected type is passed over, as the API server has validated what it stored.
/// </summary>
public static class JsonFields
{
    /// <summary>Moves to the next property of the object the reader is in; false at its end.</summary>
    public static bool NextField(ref this Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Enters the property's value if it is an object.</summary>
    public static bool EnterObject(ref this Utf8JsonReader reader) => Enter(ref reader, JsonTokenType.StartObject);

    /// <summary>Enters the property's value if it is an array.</summary>
    public static bool EnterArray(ref this Utf8JsonReader reader) => Enter(ref reader, JsonTokenType.StartArray);

    /// <summary>Moves to the next item that is an object, and into it; false at the array's end.</summary>
    public static bool NextObject(ref this Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                return true;
            reader.Skip();
        }
        return false;
    }

    /// <summary>The property's string; empty for anything else.</summary>
    public static string Text(ref this Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString()!;
        reader.Skip();
        return "";
    }

    /// <summary>The bytes of the property's string as they stand in the object, escapes included; empty for anything else. For words that are never escaped.</summary>
    public static ReadOnlySpan<byte> Raw(scoped ref this Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.ValueSpan;
        reader.Skip();
        return default;
    }

    /// <summary>The property's integer; 0 for anything else.</summary>
    public static long Number(ref this Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
            return number;
        reader.Skip();
        return 0;
    }

    /// <summary>The property's integer as one of 32 bits: the largest or smallest of them for what lies beyond, 0 for anything else.</summary>
    public static int Int(ref this Utf8JsonReader reader) => (int)Math.Clamp(reader.Number(), int.MinValue, int.MaxValue);

    /// <summary>The property's moment; null for anything else.</summary>
    public static DateTimeOffset? Time(ref this Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.TryGetDateTimeOffset(out var time) ? time : null;
        reader.Skip();
        return null;
    }

    /// <summary>Whether the property is this string.</summary>
    public static bool Is(ref this Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.ValueTextEquals(text);
        reader.Skip();
        return false;
    }

    /// <summary>The property's boolean; false for anything else.</summary>
    public static bool Flag(ref this Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
            return reader.TokenType == JsonTokenType.True;
        reader.Skip();
        return false;
    }

    /// <summary>The property's strings.</summary>
    public static List<string> Texts(ref this Utf8JsonReader reader)
    {
        var texts = new List<string>(2);
        if (!reader.EnterArray())
            return texts;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            if (reader.TokenType == JsonTokenType.String)
                texts.Add(reader.GetString()!);
            else
                reader.Skip();
        return texts;
    }

    /// <summary>Passes over the property's value.</summary>
    public static void Pass(ref this Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    private static bool Enter(ref Utf8JsonReader reader, JsonTokenType start)
    {
        reader.Read();
        if (reader.TokenType == start)
            return true;
        reader.Skip();
        return false;
    }
}
