using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Schema.Passes;

/// <summary>
/// One walk over an object that does what upstream's decoder does to it: drops fields the schema does not know, drops nulls, checks types,
/// and brings times, quantities and binary data into the form in which they are stored.
/// </summary>
/// <param name="root">Schema of the whole object.</param>
/// <param name="collectUnknown">False when nobody wants to hear about unknown fields.</param>
internal sealed class DecodePass(SchemaNode root, bool collectUnknown)
{
    // What upstream reports at most.
    private const int MostUnknown = 100;

    /// <summary>Unknown fields, in upstream's words.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>The first value of a wrong type, in upstream's words; null when there is none.</summary>
    public string? TypeError { get; private set; }

    public void Run(JsonObject value) => Object(value, root);

    private void Object(JsonObject value, SchemaNode schema)
    {
        var definition = schema.Definition;
        List<int>? dropped = null;
        for (var i = 0; i < value.Count; i++)
        {
            var (name, child) = value.GetAt(i);
            if (definition?.Find(name) is not { Node: var node })
            {
                if (schema.PreservesUnknown)
                    continue;
                if (collectUnknown && Unknown.Count < MostUnknown)
                    Unknown.Add($"unknown field \"{SchemaLocation.Of(root, value, name).Json}\"");
                (dropped ??= []).Add(i);
            }
            else if (child is null && !node.Nullable)
                (dropped ??= []).Add(i);
            else if (child is not null && Value(child, node) is { } replacement)
                value.SetAt(i, replacement);
        }
        // From the end: whatever stands behind the one that goes moves, and that is then only what stays, which the schema bounds.
        for (var i = dropped?.Count - 1 ?? -1; i >= 0; i--)
            value.RemoveAt(dropped![i]);
    }

    private void Map(JsonObject value, SchemaNode values)
    {
        for (var i = 0; i < value.Count; i++)
        {
            var child = value.GetAt(i).Value;
            if (child is null ? Zero(values) is { } replacement : (replacement = Value(child, values)) is not null)
                value.SetAt(i, replacement);
        }
    }

    private void Array(JsonArray value, SchemaNode items)
    {
        for (var i = 0; i < value.Count; i++)
        {
            var child = value[i];
            if (child is null ? Zero(items) is { } replacement : (replacement = Value(child, items)) is not null)
                value[i] = replacement;
        }
    }

    /// <summary>Checks one value; the result replaces it, or is null when it may stay.</summary>
    private JsonNode? Value(JsonNode value, SchemaNode schema)
    {
        switch (schema.Type)
        {
            case SchemaType.Any:
                return null;
            case SchemaType.Object when value is JsonObject o:
                Object(o, schema);
                return null;
            case SchemaType.Map when value is JsonObject o:
                Map(o, schema.Values!);
                return null;
            case SchemaType.Array when value is JsonArray a:
                Array(a, schema.Items!);
                return null;
            case SchemaType.AnyObject when value is JsonObject:
                return null;
            case SchemaType.Object or SchemaType.Map or SchemaType.Array or SchemaType.AnyObject:
                WrongType(value, schema);
                return null;
            default:
                return Scalar(value, schema);
        }
    }

    private JsonNode? Scalar(JsonNode value, SchemaNode schema)
    {
        var kind = value.GetValueKind();
        switch (ScalarRules.Check(value, kind, schema, out var replacement, out var detail))
        {
            case ScalarVerdict.Good:
                return replacement;
            case ScalarVerdict.WrongType:
                WrongType(value, schema);
                return null;
            case ScalarVerdict.Malformed:
                TypeError ??= $"{SchemaLocation.Of(root, value).Field}: {detail}";
                return null;
            case var verdict:
                throw new InvalidOperationException($"There is no verdict {verdict}.");
        }
    }

    private void WrongType(JsonNode value, SchemaNode schema) =>
        TypeError ??= $"json: cannot unmarshal {Describe(value)} into Go struct field {SchemaLocation.Of(root, value).Go} of type {GoNames.Type(schema)}";

    private static string Describe(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Number => $"number {JsonNumber.Text((JsonValue)value)}",
        var kind => throw new InvalidOperationException($"A node in a tree cannot be of kind {kind}."),
    };

    /// <summary>What a null inside a list or map becomes in a typed upstream struct.</summary>
    private static JsonNode? Zero(SchemaNode schema) => schema.Nullable ? null : schema.Type switch
    {
        SchemaType.String => JsonValue.Create(""),
        SchemaType.Quantity => JsonValue.Create("0"),
        SchemaType.Integer or SchemaType.Number or SchemaType.IntOrString => JsonValue.Create(0L),
        SchemaType.Boolean => JsonValue.Create(false),
        SchemaType.Object or SchemaType.Map or SchemaType.AnyObject => new JsonObject(),
        SchemaType.Array => new JsonArray(),
        SchemaType.Any => null,
        _ => throw new InvalidOperationException($"There is no schema type {schema.Type}."),
    };
}
