using System.Globalization;
using System.Net;
using Akka.Configuration;

namespace ActorKube.Protocol.Hosting;

/// <summary>
/// Reads the settings of one section strictly: a key that the reference does not have is an error, and so is a value that makes no sense. Every error is a
/// <see cref="ConfigurationException"/> whose message names the key with the section it is in.
/// </summary>
public sealed class SettingsReader
{
    private readonly string _root;
    private readonly Config _config;

    /// <summary>Begins to read.</summary>
    /// <param name="root">Path of the section, for example <c>actorkube.store</c>.</param>
    /// <param name="config">The process's configuration; what it does not say is taken from <paramref name="reference"/>.</param>
    /// <param name="reference">The shipped defaults; they say which keys there are.</param>
    /// <exception cref="ConfigurationException">The section has a key that the reference does not have.</exception>
    public SettingsReader(string root, Config config, Config reference)
    {
        _root = root;
        _config = config.WithFallback(reference).GetConfig(root);
        var known = SettingKeys.Of(reference.GetConfig(root)).ToHashSet(StringComparer.Ordinal);
        if (config.HasPath(root) && SettingKeys.Of(config.GetConfig(root)).FirstOrDefault(key => !known.Knows(key)) is { } stranger)
            throw new ConfigurationException($"{root}.{stranger} is not a setting.");
    }

    /// <summary>A text, which may be empty.</summary>
    public string Text(string key) => _config.GetString(key) ?? throw NoValue(key);

    /// <summary>A text that is not empty.</summary>
    public string NonEmpty(string key) => Text(key) is { Length: > 0 } text ? text : throw NoValue(key);

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        var value = _config.GetValue(key);
        return value is null || value.IsString() || value.IsObject() ? throw Bad(key, "a list") : [.. _config.GetStringList(key)];
    }

    /// <summary>Texts by names that the reference leaves open.</summary>
    public IReadOnlyDictionary<string, string> Map(string key) =>
        _config.GetConfig(key) is { IsEmpty: false } map ? map.AsEnumerable().ToDictionary(e => e.Key.Trim('"'), e => e.Value.GetString()) : new Dictionary<string, string>();

    /// <summary>A switch: <c>on</c> or <c>off</c>, in any of HOCON's words for it.</summary>
    public bool Switch(string key) => Text(key) switch
    {
        "on" or "true" or "yes" => true,
        "off" or "false" or "no" => false,
        _ => throw Bad(key, "on or off"),
    };

    /// <summary>One of some words.</summary>
    public T Choice<T>(string key, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var text = Text(key);
        foreach (var (word, value) in choices)
            if (word == text)
                return value;
        throw Bad(key, string.Join(" or ", choices.ToArray().Select(c => c.Word)));
    }

    /// <summary>A whole number within limits.</summary>
    public int Number(string key, int least, int most = int.MaxValue) =>
        int.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Bad(key, WholeNumber(least, most));

    /// <summary>A number from 0.</summary>
    public double Fraction(string key, double most) =>
        double.TryParse(Text(key), CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= most
            ? number
            : throw Bad(key, string.Create(CultureInfo.InvariantCulture, $"a number from 0 to {most}"));

    /// <summary>A decimal number from 0; null when the text is empty.</summary>
    public decimal? OptionalAmount(string key)
    {
        if (Text(key) is not { Length: > 0 } text)
            return null;
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? amount : throw Bad(key, "a number, or empty");
    }

    /// <summary>A size in bytes, above zero.</summary>
    public long Bytes(string key) => Size(key) is { } size and > 0 ? size : throw Bad(key, "a size above zero such as 512 KiB or 64 MiB");

    /// <summary>A size in bytes; null when the text is empty.</summary>
    public long? OptionalBytes(string key)
    {
        if (Text(key).Length == 0)
            return null;
        return Size(key) is { } size and >= 0 ? size : throw Bad(key, "a size such as 512 MiB, or empty");
    }

    /// <summary>A time above zero, unless zero is said to have a meaning.</summary>
    public TimeSpan Time(string key, bool zero = false)
    {
        TimeSpan? time = null;
        try
        {
            time = _config.GetTimeSpan(key, allowInfinite: false);
        }
        catch (Exception malformed) when (IsMalformed(malformed))
        {
            // Said below.
        }
        return time > TimeSpan.Zero || (zero && time == TimeSpan.Zero)
            ? time.Value
            : throw Bad(key, zero ? "a time such as 20ms, 5s or 5m" : "a time above zero such as 20ms, 5s or 5m");
    }

    /// <summary>A domain such as <c>cluster.local</c>.</summary>
    public string Domain(string key) => Text(key) is var text && Uri.CheckHostName(text) == UriHostNameType.Dns ? text : throw Bad(key, "a domain such as cluster.local");

    /// <summary>An IP address.</summary>
    public IPAddress Address(string key) => IPAddress.TryParse(Text(key), out var address) ? address : throw Bad(key, "an IP address");

    /// <summary>A list of IP addresses; may be empty.</summary>
    public IReadOnlyList<IPAddress> Addresses(string key) =>
        [.. Texts(key).Select(a => IPAddress.TryParse(a, out var address) ? address : throw Bad(key, "a list of IP addresses"))];

    /// <summary>A list of networks such as <c>10.244.0.0/16</c>; may be empty.</summary>
    public IReadOnlyList<IPNetwork> Networks(string key) =>
        [.. Texts(key).Select(n => IPNetwork.TryParse(n, out var network) ? network : throw Bad(key, "a list of networks such as 10.244.0.0/16"))];

    /// <summary>A list of objects, at least one unless none is said to have a meaning.</summary>
    public IEnumerable<ObjectReader> Objects(string key, bool none = false)
    {
        var value = _config.GetValue(key);
        // To the library an empty list is neither an array nor a text.
        if (none && value is not null && !value.IsArray() && !value.IsObject() && string.IsNullOrEmpty(_config.GetString(key)))
            return [];
        if (value is null || !value.IsArray())
            throw Bad(key, none ? "a list" : "a list that is not empty");
        return value.GetArray().Select((item, i) => new ObjectReader($"{_root}.{key}[{i}]", item));
    }

    /// <summary>The error about a value that its reader cannot accept.</summary>
    /// <param name="key">The key.</param>
    /// <param name="wanted">What it has to be, for example <c>a URL</c>.</param>
    public ConfigurationException Bad(string key, string wanted) => new($"{_root}.{key} has to be {wanted}; it is '{Shown(key)}'.");

    internal static string WholeNumber(int least, int most) => most == int.MaxValue ? $"a whole number from {least}" : $"a whole number from {least} to {most}";

    private long? Size(string key)
    {
        try
        {
            return _config.GetByteSize(key);
        }
        catch (Exception malformed) when (IsMalformed(malformed))
        {
            return null;
        }
    }

    private static bool IsMalformed(Exception failure) => failure is FormatException or OverflowException or ConfigurationException;

    private string Shown(string key) => _config.GetValue(key) is { } value && value.IsArray() ? string.Join(", ", _config.GetStringList(key)) : _config.GetString(key);

    private ConfigurationException NoValue(string key) => new($"{_root}.{key} has no value.");
}
