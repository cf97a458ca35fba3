using System.Text.Json.Nodes;
using ActorKube.Api.Schema;
using ActorKube.Api.Schema.Passes;
using CsCheck;

namespace ActorKube.Api.Tests.Schema.Passes;

/// <summary>Laws that hold for any object of any kind: objects are made from the schemas themselves, with noise mixed in.</summary>
public sealed class PassPropertyTests
{
    private static readonly SchemaNode[] Schemas =
        [.. new[] { ("v1", "Pod"), ("v1", "Service"), ("v1", "Node"), ("apps/v1", "Deployment"), ("batch/v1", "CronJob"), ("networking.k8s.io/v1", "Ingress") }.Select(k => Kinds.Find(k.Item1, k.Item2))];

    private static readonly Gen<(SchemaNode Schema, JsonObject Value)> Clean = Objects(noise: false);
    private static readonly Gen<(SchemaNode Schema, JsonObject Value)> Noisy = Objects(noise: true);

    [Fact]
    public void What_the_schema_allows_is_read_without_a_word() => Clean.Sample(made =>
    {
        var result = SchemaDecoder.Decode(made.Schema, made.Value, FieldValidation.Strict);
        Assert.Null(result.Error);
        Assert.Empty(result.Warnings);
    });

    [Fact]
    public void Pruning_is_idempotent() => Noisy.Sample(made =>
    {
        SchemaDecoder.Decode(made.Schema, made.Value, FieldValidation.Ignore);
        var once = made.Value.ToJsonString();
        Assert.Same(SchemaDecodeResult.Clean, SchemaDecoder.Decode(made.Schema, made.Value, FieldValidation.Strict));
        Assert.Equal(once, made.Value.ToJsonString());
    });

    [Fact]
    public void Pruning_reports_each_unknown_field_once() => Noisy.Sample(made =>
    {
        var noise = Count(made.Value);
        var warnings = SchemaDecoder.Decode(made.Schema, made.Value, FieldValidation.Warn).Warnings;
        Assert.Equal(Math.Min(noise, 100), warnings.Length);
        Assert.Equal(warnings.Length, warnings.Distinct().Count());
        Assert.Equal(0, Count(made.Value));
    });

    [Fact]
    public void Defaulting_is_idempotent_and_stays_within_the_schema() => Clean.Sample(made =>
    {
        SchemaDecoder.Prepare(made.Schema, made.Value, FieldValidation.Strict);
        var once = made.Value.ToJsonString();
        Defaulter.Apply(made.Schema, made.Value);
        Assert.Equal(once, made.Value.ToJsonString());
        Assert.Same(SchemaDecodeResult.Clean, SchemaDecoder.Decode(made.Schema, made.Value, FieldValidation.Strict));
        Assert.Equal(once, made.Value.ToJsonString());
    });

    private static Gen<(SchemaNode, JsonObject)> Objects(bool noise) =>
        from seed in Gen.ULong
        from index in Gen.Int[0, Schemas.Length - 1]
        select (Schemas[index], (JsonObject)new Maker(seed, noise).Make(Schemas[index], depth: 0)!);

    private static int Count(JsonNode? node) => node switch
    {
        JsonObject o => o.Sum(p => p.Key == Maker.Noise ? 1 : Count(p.Value)),
        JsonArray a => a.Sum(Count),
        _ => 0,
    };

    /// <summary>Makes values of a schema; everything follows from the seed.</summary>
    private sealed class Maker(ulong seed, bool noise)
    {
        public const string Noise = "notInAnySchema";
        private const int Deepest = 12;
        private ulong _state = seed | 1;

        public JsonNode? Make(SchemaNode schema, int depth) => schema.Type switch
        {
            SchemaType.Object => Object(schema, depth),
            SchemaType.Map => new JsonObject(Enumerable.Range(0, Below(3)).Select(i => KeyValuePair.Create($"k{i}", Make(schema.Values!, depth + 1)))),
            SchemaType.Array => new JsonArray([.. Enumerable.Range(0, Below(3)).Select(_ => Make(schema.Items!, depth + 1))]),
            SchemaType.String when schema.Format == "date-time" => schema.DefinitionName!.EndsWith("MicroTime", StringComparison.Ordinal) ? "2026-01-02T03:04:05.000000Z" : "2026-01-02T03:04:05Z",
            SchemaType.String when schema.Format == "byte" => "aGVsbG8=",
            SchemaType.String => Below(4) == 0 ? "" : "text",
            SchemaType.Integer => Below(5),
            SchemaType.Number => 1.5,
            SchemaType.Boolean => Below(2) == 0,
            SchemaType.IntOrString => Below(2) == 0 ? "25%" : 80,
            SchemaType.Quantity => Below(2) == 0 ? "100m" : "2Gi",
            SchemaType.Any or SchemaType.AnyObject => new JsonObject { ["anything"] = null },
            _ => throw new InvalidOperationException(schema.Type.ToString()),
        };

        private JsonObject Object(SchemaNode schema, int depth)
        {
            var value = new JsonObject();
            foreach (var property in schema.Properties)
                if (depth < Deepest && Below(depth < 4 ? 2 : 6) == 0)
                    value[property.Name] = Make(property.Node, depth + 1);
            if (noise && Below(3) == 0)
                value[Noise] = new JsonArray(1, new JsonObject());
            return value;
        }

        private int Below(int bound)
        {
            _state ^= _state << 13;
            _state ^= _state >> 7;
            _state ^= _state << 17;
            return (int)(_state % (ulong)bound);
        }
    }
}
