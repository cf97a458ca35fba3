using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Protobuf.Image;

namespace ActorKube.Api.Protobuf;

/// <summary>Decodes the messages of one body into trees, within its limits.</summary>
internal sealed class MessageDecoder(MessageImage image, JsonLimits limits)
{
    private int _nodes;

    /// <summary>
    /// Adds the fields of an encoded message to an object. Where a field that holds one value is there several times, the last value wins and
    /// messages are merged, as protobuf demands.
    /// </summary>
    /// <exception cref="ApiException">400: malformed, or beyond the limits.</exception>
    public void Fill(JsonObject target, MessageType type, ReadOnlySpan<byte> bytes, int depth)
    {
        if (depth > limits.MaxDepth)
            throw ApiErrors.BadRequest($"the request body is nested deeper than {limits.MaxDepth} levels");
        var reader = new WireReader(bytes);
        while (!reader.AtEnd)
        {
            var number = reader.Tag(out var wire);
            if (type.Find(number) is not { } field)
                reader.Skip(wire);
            else if (field.IsMap)
                AddEntry(target, field, Delimited(ref reader, wire, field), depth);
            else if (field.IsList)
                AddItems(target, field, ref reader, wire, depth);
            else if (field.IsInline)
                Fill(target, image.Message(field.Message), Delimited(ref reader, wire, field), depth + 1);
            else
                Set(target, field, ref reader, wire, depth);
        }
    }

    private void Set(JsonObject target, MessageField field, ref WireReader reader, WireType wire, int depth)
    {
        if (field.Type == FieldType.Message && image.Message(field.Message) is { Form: MessageForm.Object } message
            && target.TryGetPropertyValue(field.Name, out var earlier) && earlier is JsonObject known)
        {
            Fill(known, message, Delimited(ref reader, wire, field), depth + 1);
            return;
        }
        var value = Value(field, ref reader, wire, depth, out var zero);
        if (value is null || zero && field.ZeroIsUnset)
            target.Remove(field.Name);
        else
            target[field.Name] = value;
    }

    private void AddItems(JsonObject target, MessageField field, ref WireReader reader, WireType wire, int depth)
    {
        if (!target.TryGetPropertyValue(field.Name, out var known) || known is not JsonArray items)
            target[field.Name] = items = [];
        if (field.Wire == WireType.Delimited || wire != WireType.Delimited)
        {
            items.Add(Value(field, ref reader, wire, depth + 1, out _));
            return;
        }
        var packed = new WireReader(reader.Delimited());
        while (!packed.AtEnd)
            items.Add(Value(field, ref packed, field.Wire, depth + 1, out _));
    }

    private void AddEntry(JsonObject target, MessageField field, ReadOnlySpan<byte> entry, int depth)
    {
        var map = target.ObjectOrNew(field.Name);
        var key = "";
        JsonNode? value = null;
        var found = false;
        var reader = new WireReader(entry);
        while (!reader.AtEnd)
        {
            switch (reader.Tag(out var wire), wire)
            {
                case (1, WireType.Delimited): key = reader.Text(); break;
                case (2, _): (value, found) = (Value(field, ref reader, wire, depth + 1, out _), true); break;
                default: reader.Skip(wire); break;
            }
        }
        map[key] = found ? value : EmptyValue(field, depth);
    }

    /// <summary>What an entry without a value holds: the value that an encoder would not have to write.</summary>
    private JsonNode? EmptyValue(MessageField field, int depth)
    {
        // In every wire type zero bytes are the zero value.
        var empty = new WireReader([0, 0, 0, 0, 0, 0, 0, 0]);
        return Value(field, ref empty, field.Wire, depth + 1, out _);
    }

    private JsonNode? Value(MessageField field, ref WireReader reader, WireType wire, int depth, out bool zero)
    {
        if (++_nodes > limits.MaxNodes)
            throw JsonDecoder.TooManyValues(limits.MaxNodes);
        if (field.Type == FieldType.Message)
            return Message(image.Message(field.Message), Delimited(ref reader, wire, field), depth + 1, out zero);
        if (field.Type != FieldType.Json)
            return ScalarValues.Read(field, ref reader, wire, out zero);
        zero = false;
        return Json(Delimited(ref reader, wire, field), depth);
    }

    private JsonNode? Message(MessageType type, ReadOnlySpan<byte> bytes, int depth, out bool zero)
    {
        var fields = new JsonObject();
        Fill(fields, type, bytes, depth);
        zero = fields.Count == 0;
        if (type.Form == MessageForm.Object)
            return fields;
        foreach (var field in type.FromHighest)
        {
            if (fields.TryGetPropertyValue(field.Name, out var value))
            {
                fields.Remove(field.Name);
                return value;
            }
        }
        return type.Form == MessageForm.List ? new JsonArray() : null;
    }

    /// <summary>Upstream's raw JSON within a message: its first field.</summary>
    private JsonNode? Json(ReadOnlySpan<byte> bytes, int depth)
    {
        ReadOnlySpan<byte> json = default;
        var reader = new WireReader(bytes);
        while (!reader.AtEnd)
        {
            if (reader.Tag(out var wire) == 1 && wire == WireType.Delimited)
                json = reader.Delimited();
            else
                reader.Skip(wire);
        }
        if (json.IsEmpty)
            return null;
        var decoded = JsonDecoder.Decode(json, limits with { MaxDepth = Math.Max(1, limits.MaxDepth - depth), MaxNodes = limits.MaxNodes - _nodes }).Root;
        // Each value but the first is preceded by one of these; strings may hold more of them, so that this errs towards the limit.
        _nodes += json.Count((byte)',') + json.Count((byte)'[') + json.Count((byte)'{');
        return decoded;
    }

    private static ReadOnlySpan<byte> Delimited(ref WireReader reader, WireType wire, MessageField field) =>
        wire == WireType.Delimited ? reader.Delimited() : throw ScalarValues.WrongType(field, wire);
}
