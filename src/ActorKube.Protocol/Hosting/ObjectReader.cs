using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorKube.Protocol.Hosting;

/// <summary>Reads one object in a list of settings. Keys that nobody asked for are errors when it is done with.</summary>
public sealed class ObjectReader
{
    private readonly string _path;
    private readonly Dictionary<string, HoconValue> _unread;

    internal ObjectReader(string path, HoconValue value)
    {
        _path = path;
        if (!value.IsObject())
            throw new ConfigurationException($"{path} has to be an object; it is '{value}'.");
        _unread = new Dictionary<string, HoconValue>(value.GetObject().Items);
    }

    /// <summary>A text that has to be there.</summary>
    public string Text(string key) => TextOr(key, "") is { Length: > 0 } text ? text : throw new ConfigurationException($"{_path}.{key} has no value.");

    /// <summary>A text, or a default.</summary>
    public string TextOr(string key, string fallback) => _unread.Remove(key, out var value) ? value.GetString() : fallback;

    /// <summary>A text that has to be one of some.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fallback">What it is when it is not there; null when it has to be.</param>
    /// <param name="choices">What it may be.</param>
    public string OneOf(string key, string? fallback, params IReadOnlyList<string> choices)
    {
        var text = fallback is null ? Text(key) : TextOr(key, fallback);
        return choices.Contains(text) ? text : throw Bad(key, $"one of {string.Join(", ", choices)}; it is '{text}'");
    }

    /// <summary>The error about a value that its reader cannot accept.</summary>
    /// <param name="key">The key.</param>
    /// <param name="wanted">What it has to be.</param>
    public ConfigurationException Bad(string key, string wanted) => new($"{_path}.{key} has to be {wanted}.");

    /// <summary>A whole number within limits; null when it is not there.</summary>
    public int? Number(string key, int least, int most)
    {
        if (!_unread.Remove(key, out var value))
            return null;
        return int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Bad(key, $"{SettingsReader.WholeNumber(least, most)}; it is '{value}'");
    }

    /// <summary>A list of texts; empty when it is not there.</summary>
    public IReadOnlyList<string> Texts(string key) => [.. Items(key).Select(i => i.GetString())];

    /// <summary>A list of objects; empty when it is not there.</summary>
    public IEnumerable<ObjectReader> Objects(string key) => Items(key).Select((item, i) => new ObjectReader($"{_path}.{key}[{i}]", item));

    /// <summary>An object; null when it is not there.</summary>
    public ObjectReader? Object(string key) => _unread.Remove(key, out var value) ? new ObjectReader($"{_path}.{key}", value) : null;

    /// <summary>Nothing else is wanted.</summary>
    /// <exception cref="ConfigurationException">There is something else.</exception>
    public void End()
    {
        if (_unread.Keys.FirstOrDefault() is { } key)
            throw new ConfigurationException($"{_path}.{key} is not a setting.");
    }

    private IEnumerable<HoconValue> Items(string key)
    {
        if (!_unread.Remove(key, out var value))
            return [];
        return value.IsArray() ? value.GetArray() : throw new ConfigurationException($"{_path}.{key} has to be a list; it is '{value}'.");
    }
}
