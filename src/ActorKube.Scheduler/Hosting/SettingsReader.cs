using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorKube.Scheduler.Hosting;

/// <summary>Reads settings strictly: a key that the reference does not have is an error, and so is a value out of range; the message names the key.</summary>
internal sealed class SettingsReader
{
    private readonly string _root;
    private readonly Config _config;

    public SettingsReader(string root, Config config, Config reference)
    {
        _root = root;
        _config = config.WithFallback(reference).GetConfig(root);
        var known = Keys(reference.GetConfig(root)).ToHashSet();
        if (config.HasPath(root))
            foreach (var key in Keys(config.GetConfig(root)))
                if (!known.Contains(key))
                    throw new ConfigurationException($"{root}.{key} is not a setting.");
    }

    /// <summary>A text.</summary>
    public string Text(string key) => _config.GetString(key) ?? throw new ConfigurationException($"{_root}.{key} has no value.");

    /// <summary>A switch.</summary>
    public bool Switch(string key) => Text(key) switch
    {
        "on" or "true" or "yes" => true,
        "off" or "false" or "no" => false,
        _ => throw Bad(key, "on or off"),
    };

    /// <summary>A whole number within limits.</summary>
    public int Number(string key, int least, int most) =>
        int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Bad(key, $"a whole number from {least} to {most}");

    /// <summary>A time above zero.</summary>
    public TimeSpan Time(string key)
    {
        try
        {
            if (_config.GetTimeSpan(key, allowInfinite: false) is var time && time > TimeSpan.Zero)
                return time;
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException or ConfigurationException)
        {
            // Said below.
        }
        throw Bad(key, "a time above zero such as 20ms, 5s or 5m");
    }

    /// <summary>A list of objects, at least one.</summary>
    public IEnumerable<ObjectReader> Objects(string key)
    {
        var value = _config.GetValue(key);
        if (value is null || !value.IsArray())
            throw Bad(key, "a list that is not empty");
        return value.GetArray().Select((item, i) => new ObjectReader($"{_root}.{key}[{i}]", item));
    }

    private static IEnumerable<string> Keys(Config config) => config.AsEnumerable().SelectMany(e => Leaves(e.Key, e.Value));

    private static IEnumerable<string> Leaves(string key, HoconValue value) =>
        value.IsObject() ? value.GetObject().Items.SelectMany(i => Leaves($"{key}.{i.Key}", i.Value)) : [key];

    private ConfigurationException Bad(string key, string wanted) => new($"{_root}.{key} has to be {wanted}; it is '{_config.GetString(key)}'.");
}

/// <summary>Reads one object in a list of settings. Keys that nobody asked for are errors when it is done with.</summary>
internal sealed class ObjectReader
{
    private readonly string _path;
    private readonly Dictionary<string, HoconValue> _unread;

    public ObjectReader(string path, HoconValue value)
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

    /// <summary>A whole number within limits; null when it is not there.</summary>
    public int? Number(string key, int least, int most)
    {
        if (!_unread.Remove(key, out var value))
            return null;
        return int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new ConfigurationException($"{_path}.{key} has to be a whole number from {least} to {most}; it is '{value}'.");
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
