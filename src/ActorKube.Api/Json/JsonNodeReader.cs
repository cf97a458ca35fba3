using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;

namespace ActorKube.Api.Json;

/// <summary>Builds a node tree in one pass over the tokens.</summary>
internal ref struct JsonNodeReader
{
    // Upstream stops collecting there, too.
    private const int MaxStrictErrors = 100;

    // Long names at every level make paths of megabytes.
    private const int MaxPathLength = 1000;

    // Objects of more members find out by their table whether a name has been there before.
    private const int MostCompared = 16;

    private readonly JsonLimits _limits;
    private readonly JsonScratch _scratch = JsonScratch.Rent();
    private readonly bool _mayHaveSurrogates;
    private Utf8JsonReader _reader;
    private int _depth;
    private int _nodes;
    private int _duplicates;
    private List<string>? _strictErrors;

    public JsonNodeReader(ReadOnlySpan<byte> json, JsonLimits limits)
    {
        _limits = limits;
        // Surrogates are judged only in bodies that have such an escape at all, which is rare.
        _mayHaveSurrogates = json.IndexOf("\\u"u8) >= 0;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = limits.MaxDepth });
    }

    /// <summary>Reads the whole input.</summary>
    /// <exception cref="JsonException">The input is not one JSON value within the depth limit.</exception>
    public DecodedJson Read()
    {
        _reader.Read();
        var root = Value();
        // Throws on anything but white space after the value.
        _reader.Read();
        JsonScratch.Return(_scratch);
        return new DecodedJson(root, _strictErrors is null ? [] : [.. _strictErrors]);
    }

    private JsonNode? Value()
    {
        if (++_nodes > _limits.MaxNodes)
            throw JsonDecoder.TooManyValues(_limits.MaxNodes);
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => Object(),
            JsonTokenType.StartArray => Array(),
            JsonTokenType.String => JsonValue.Create(Text()),
            JsonTokenType.Number => JsonNumber.FromLiteral(ref _reader),
            JsonTokenType.True => JsonValue.Create(true),
            JsonTokenType.False => JsonValue.Create(false),
            JsonTokenType.Null => null,
            var token => throw new JsonException($"Unexpected {token}."),
        };
    }

    private JsonObject Object()
    {
        JsonObject? map = null;
        var start = _scratch.Count;
        var level = Enter(-1);
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Name();
            _scratch.Path[level].Name = name;
            _reader.Read();
            var value = Value();
            if (map is null)
            {
                if (_scratch.TryReplace(start, name, value))
                    ReportDuplicate();
                else
                    _scratch.Push(name, value);
                if (_scratch.Count - start == MostCompared)
                    map = _scratch.Take(start);
            }
            else if (!map.TryAdd(name, value))
            {
                map[name] = value;
                ReportDuplicate();
            }
        }
        _depth--;
        return map ?? _scratch.Take(start);
    }

    private JsonArray Array()
    {
        var list = new JsonArray();
        var level = Enter(0);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            list.Add(Value());
            _scratch.Path[level].Index++;
        }
        _depth--;
        return list;
    }

    private int Enter(int index)
    {
        _scratch.Enter(_depth, index);
        return _depth++;
    }

    private string Name() => _mayHaveSurrogates && _reader.ValueIsEscaped ? LenientText.Unescape(_reader.ValueSpan) : StringPool.Get(ref _reader);

    private string Text() => _mayHaveSurrogates && _reader.ValueIsEscaped ? LenientText.Unescape(_reader.ValueSpan) : _reader.GetString()!;

    private void ReportDuplicate()
    {
        if (++_duplicates > MaxStrictErrors)
            return;
        _strictErrors ??= [];
        var message = $"duplicate field {GoText.Quote(Path())}";
        if (!_strictErrors.Contains(message))
            _strictErrors.Add(message);
    }

    private readonly string Path()
    {
        var path = new StringBuilder();
        foreach (ref readonly var step in _scratch.Path[.._depth])
        {
            if (step.Index >= 0)
                path.Append('[').Append(step.Index).Append(']');
            else
                path.Append(path.Length > 0 ? "." : "").Append(step.Name);
            if (path.Length > MaxPathLength)
                return path.ToString(0, MaxPathLength) + "…";
        }
        return path.ToString();
    }
}
