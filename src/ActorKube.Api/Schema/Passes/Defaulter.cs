using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Schema.Passes;

/// <summary>
/// Fills in the defaults that stand in the schema. Defaults that depend on other fields are code of their kind. Running it twice changes
/// nothing more.
/// </summary>
public static class Defaulter
{
    /// <summary>Adds what is absent, here and below.</summary>
    /// <param name="schema">Schema of the value.</param>
    /// <param name="value">The object; changed.</param>
    public static void Apply(SchemaNode schema, JsonObject value)
    {
        if (schema.Definition is not { } definition)
            return;
        foreach (var property in definition.Defaulted)
            if (!value.TryGetPropertyValue(property.Name, out var present) || IsUnset(present, property.Node))
                value[property.Name] = property.Node.Default!.Create();
        for (var i = 0; i < value.Count; i++)
        {
            var (name, child) = value.GetAt(i);
            if (child is JsonObject or JsonArray && definition.Find(name) is { } property)
                Below(property.Node, child);
        }
    }

    private static void Below(SchemaNode schema, JsonNode value)
    {
        switch (schema.Type)
        {
            case SchemaType.Object when value is JsonObject o:
                Apply(schema, o);
                break;
            case SchemaType.Array when value is JsonArray a && schema.Items!.Type is SchemaType.Object or SchemaType.Map or SchemaType.Array:
                foreach (var item in a)
                    if (item is not null)
                        Below(schema.Items!, item);
                break;
            case SchemaType.Map when value is JsonObject o && schema.Values!.Type is SchemaType.Object or SchemaType.Map or SchemaType.Array:
                foreach (var (_, item) in o)
                    if (item is not null)
                        Below(schema.Values!, item);
                break;
            default:
                break;
        }
    }

    private static bool IsUnset(JsonNode? value, SchemaNode schema)
    {
        if (value is null)
            return !schema.Nullable;
        return schema.ZeroIsUnset && value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>().Length == 0,
            JsonValueKind.Number => value.Int64() == 0,
            _ => false,
        };
    }
}
