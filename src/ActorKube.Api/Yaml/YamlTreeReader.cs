using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ActorKube.Api.Yaml;

/// <summary>Builds a node tree from the parser's events.</summary>
internal sealed class YamlTreeReader(IParser parser, JsonLimits limits)
{
    private const int MaxStrictErrors = 100;
    private const int MaxReportedKey = 1000;
    private readonly Dictionary<string, Anchored> _anchors = [];
    private readonly List<string> _duplicates = [];
    private int _nodes;
    private int _charged;
    private int _depth;

    public DecodedJson Read()
    {
        parser.Consume<StreamStart>();
        JsonNode? root = null;
        if (parser.TryConsume<DocumentStart>(out _))
        {
            root = Value();
            parser.Consume<DocumentEnd>();
        }
        if (!parser.TryConsume<StreamEnd>(out _))
            throw YamlDecoder.Malformed("a request body has to be a single YAML document");
        return _duplicates.Count == 0
            ? new DecodedJson(root, [])
            : new DecodedJson(root, [$"yaml: unmarshal errors:\n  {string.Join("\n  ", _duplicates)}"]);
    }

    private JsonNode? Value()
    {
        var from = _nodes;
        Count(1);
        switch (parser.Current)
        {
            case Scalar scalar:
                parser.MoveNext();
                return Anchor(scalar, YamlScalars.Resolve(scalar), from);
            case AnchorAlias alias:
                parser.MoveNext();
                return Expand(alias).Tree?.DeepClone();
            case MappingStart start:
                // Only a finished node can be referred to, so that no node can contain itself.
                return Anchor(start, Nested(Mapping), from);
            case SequenceStart start:
                return Anchor(start, Nested(Sequence), from);
            case var other:
                throw new YamlException(other?.Start ?? Mark.Empty, other?.End ?? Mark.Empty, "did not find expected node content");
        }
    }

    private JsonNode? Anchor(NodeEvent node, JsonNode? value, int from)
    {
        if (node.Anchor.IsEmpty)
            return value;
        // Measuring costs a walk, and anchors nest: charged, or a small document would make it quadratic.
        Charge(_nodes - from);
        _anchors[node.Anchor.Value] = new Anchored(value, _nodes - from, JsonAccess.Depth(value));
        return value;
    }

    private Anchored Expand(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var anchored))
            throw YamlDecoder.Malformed($"yaml: unknown anchor '{alias.Value.Value}' referenced");
        Count(anchored.Nodes);
        if (_depth + anchored.Depth > limits.MaxDepth)
            throw TooDeep();
        return anchored;
    }

    private T Nested<T>(Func<T> read)
    {
        if (++_depth > limits.MaxDepth)
            throw TooDeep();
        parser.MoveNext();
        var value = read();
        _depth--;
        return value;
    }

    private JsonArray Sequence()
    {
        var list = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
            list.Add(Value());
        return list;
    }

    private JsonObject Mapping()
    {
        var map = new JsonObject();
        var written = new HashSet<string>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Current is Scalar { Style: ScalarStyle.Plain, Value: "<<" })
            {
                parser.MoveNext();
                Merge(map, written);
                continue;
            }
            var line = parser.Current!.Start.Line;
            var key = YamlScalars.Key(Value());
            if (!written.Add(key) && _duplicates.Count < MaxStrictErrors)
                _duplicates.Add($"line {line}: key {GoText.Quote(key[..Math.Min(key.Length, MaxReportedKey)])} already set in map");
            map[key] = Value();
        }
        return map;
    }

    /// <summary>Adds what <c>&lt;&lt;</c> refers to: it never overrides a key of the map itself, and earlier sources win over later ones.</summary>
    private void Merge(JsonObject map, HashSet<string> written)
    {
        var source = Value();
        IEnumerable<JsonNode?> sources = source is JsonArray list ? [.. list] : [source];
        foreach (var candidate in sources)
        {
            if (candidate is not JsonObject other)
                throw YamlDecoder.Malformed("yaml: map merge requires map or sequence of maps as the value");
            foreach (var (key, value) in other)
                if (!written.Contains(key) && !map.ContainsKey(key))
                    map[key] = value?.DeepClone();
        }
    }

    private void Count(int nodes)
    {
        _nodes += nodes;
        Charge(nodes);
    }

    private void Charge(int nodes)
    {
        _charged += nodes;
        if (_charged > limits.MaxNodes)
            throw YamlDecoder.Malformed("yaml: document contains excessive aliasing or too many values");
    }

    private static ApiException TooDeep() => YamlDecoder.Malformed("yaml: exceeded max depth");

    /// <summary>A finished node that aliases may stand for.</summary>
    /// <param name="Tree">The tree, cloned for each use.</param>
    /// <param name="Nodes">How many values an alias adds.</param>
    /// <param name="Depth">How deep they nest.</param>
    private sealed record Anchored(JsonNode? Tree, int Nodes, int Depth);
}
