using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorKube.Api.Schema;

/// <summary>A default value, kept as JSON text; every use gets a node of its own, because a node has one parent.</summary>
public sealed class SchemaDefault
{
    private readonly JsonElement _value;

    /// <summary>Takes a default from its JSON text.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public SchemaDefault(string json)
    {
        Json = json;
        using var document = JsonDocument.Parse(json);
        _value = document.RootElement.Clone();
    }

    /// <summary>The JSON text.</summary>
    public string Json { get; }

    /// <summary>A new node with the value.</summary>
    public JsonNode Create() => _value.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(_value)!,
        JsonValueKind.Array => JsonArray.Create(_value)!,
        _ => JsonValue.Create(_value)!,
    };
}
