using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Tests.Protobuf;

/// <summary>Comparison of trees whose failure shows the difference and not the order of fields.</summary>
internal static class Trees
{
    public static void AssertSame(JsonNode? expected, JsonNode? actual)
    {
        if (!JsonEquality.Same(expected, actual))
            Assert.Equal(Sorted(expected)?.ToJsonString(), Sorted(actual)?.ToJsonString());
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
