using System.Text.Json.Nodes;

namespace ActorKube.Controllers.Tests.Malformed;

/// <summary>One thing that is wrong with an object.</summary>
/// <param name="Where">Which of its nodes, counted in order.</param>
/// <param name="What">What becomes of it.</param>
internal readonly record struct Mutation(int Where, int What)
{
    private static readonly string?[] Replacements =
    [
        "null", "true", "-1", "0", "1.5", "2147483647", "-2147483648", "9223372036854775807", "-9223372036854775808", "99999999999999999999999", "1e300",
        "\"\"", "\"x\"", "\"-1\"", "\"9999-12-31T23:59:59Z\"", "\"0001-01-01T00:00:00Z\"", "\"not a time\"", "\"1000000000000%\"", "\"-5%\"", "\"1e300\"", "\"99999999999999999999Gi\"", "\"a/b/c d=ü\"",
        "\"2147483647\"", "\"9223372036854775807\"", "\"9999-12-31\"", "\"8E\"", "\"01\"", "\"Exists\"", "[]", "{}", "[null]", "[[]]", "[{}]", "[7]", "{\"\":null}", "{\"x\":{}}", null,
    ];

    public static int Kinds => Replacements.Length;

    public void Apply(JsonObject item)
    {
        var places = Places(item).ToList();
        if (places.Count == 0)
            return;
        var (parent, name) = places[Where % places.Count];
        var replacement = Replacements[What % Kinds];
        switch (parent)
        {
            case JsonObject fields when replacement is null:
                fields.Remove(name);
                break;
            case JsonObject fields:
                fields[name] = JsonNode.Parse(replacement);
                break;
            case JsonArray list when replacement is null:
                list.Add(list[int.Parse(name)]?.DeepClone());
                break;
            case JsonArray list:
                list[int.Parse(name)] = JsonNode.Parse(replacement);
                break;
        }
    }

    private static IEnumerable<(JsonNode Parent, string Name)> Places(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(f => Places(f.Value).Prepend((fields, f.Key))),
        JsonArray list => list.SelectMany((v, i) => Places(v).Prepend((list, $"{i}"))),
        _ => [],
    };
}
