using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Patching;

/// <summary>A place in a document that an operation works on: a container and a key in it. The errors are upstream's sentences.</summary>
internal readonly struct JsonPointer
{
    private readonly JsonNode _container;
    private readonly string _key;

    private JsonPointer(JsonNode container, string key, int depth)
    {
        _container = container;
        _key = key;
        Depth = depth;
    }

    /// <summary>How many containers lie around the place.</summary>
    public int Depth { get; }

    /// <summary>Walks down to the container of the last segment; null when the way there does not exist (or the path is empty).</summary>
    public static JsonPointer? Find(JsonNode document, string path)
    {
        var segments = path.Split('/');
        if (segments.Length < 2)
            return null;
        var container = document;
        for (var i = 1; i < segments.Length - 1; i++)
        {
            var key = Unescape(segments[i]);
            var next = container switch
            {
                JsonObject map => map.TryGetPropertyValue(key, out var child) ? child : null,
                JsonArray list => TryIndex(key, list.Count - 1, out var index, out _) ? list[index] : null,
                _ => null,
            };
            if (next is not (JsonObject or JsonArray))
                return null;
            container = next;
        }
        return new JsonPointer(container, Unescape(segments[^1]), segments.Length - 1);
    }

    /// <summary>The value; null for an absent field as well, as upstream.</summary>
    public string? Get(out JsonNode? value)
    {
        value = null;
        if (_container is JsonObject map)
        {
            map.TryGetPropertyValue(_key, out value);
            return null;
        }
        var list = (JsonArray)_container;
        if (!TryIndex(_key, list.Count - 1, out var index, out var error))
            return error;
        value = list[index];
        return null;
    }

    /// <summary>Puts a value there; in a list what follows moves up.</summary>
    public string? Add(JsonNode? value)
    {
        if (_container is JsonObject map)
        {
            map[_key] = value;
            return null;
        }
        var list = (JsonArray)_container;
        if (_key == "-")
        {
            list.Add(value);
            return null;
        }
        // One past the end is a place, too, and counts for indices from the end.
        if (!TryIndex(_key, list.Count, out var index, out var error))
            return error!.StartsWith("strconv", StringComparison.Ordinal) ? $"value was not a proper array index: '{_key}': {error}" : error;
        list.Insert(index, value);
        return null;
    }

    /// <summary>Replaces the value there.</summary>
    public string? Set(JsonNode? value)
    {
        if (_container is JsonObject map)
        {
            map[_key] = value;
            return null;
        }
        var list = (JsonArray)_container;
        if (!TryIndex(_key, list.Count - 1, out var index, out var error))
            return error;
        list[index] = value;
        return null;
    }

    /// <summary>Takes the value away; in a list what follows moves down.</summary>
    public string? Remove()
    {
        if (_container is JsonObject map)
            return map.Remove(_key) ? null : $"Unable to remove nonexistent key: {_key}: missing value";
        var list = (JsonArray)_container;
        if (!TryIndex(_key, list.Count - 1, out var index, out var error))
            return error;
        list.RemoveAt(index);
        return null;
    }

    private static string Unescape(string segment) => segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    /// <summary>Reads an index; negative ones count from the end, an extension that upstream leaves switched on.</summary>
    private static bool TryIndex(string key, int last, out int index, out string? error)
    {
        error = null;
        if (!int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out index))
        {
            error = $"strconv.Atoi: parsing {GoText.Quote(key)}: invalid syntax";
            return false;
        }
        var asked = index;
        if (index < 0)
            index += last + 1;
        if (index >= 0 && index <= last)
            return true;
        error = $"Unable to access invalid index: {asked}: invalid index referenced";
        return false;
    }
}
