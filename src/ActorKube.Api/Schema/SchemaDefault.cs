using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Schema;

/// <summary>A default value, kept as JSON text; every use gets a node of its own, because a node has one parent.</summary>
/// <param name="json">The JSON text.</param>
public sealed class SchemaDefault(string json)
{
    private JsonNode? _template;

    /// <summary>The JSON text.</summary>
    public string Json { get; } = json;

    /// <summary>A new node with the value, as the decoder of request bodies would have made it.</summary>
    /// <exception cref="Errors.ApiException">The text is not JSON.</exception>
    public JsonNode Create() => (_template ??= JsonDecoder.Decode(Encoding.UTF8.GetBytes(Json)).Root!).DeepClone();
}
