using System.Globalization;
using Akka.Configuration;

namespace ActorKube.Controllers.Hosting;

/// <summary>Reads settings strictly: a key that the reference does not have is an error, and so is a value out of range.</summary>
internal sealed class OptionsReader
{
    private readonly string _root;
    private readonly Config _config;

    public OptionsReader(string root, Config config, Config reference)
    {
        _root = root;
        _config = config.WithFallback(reference).GetConfig(root);
        var known = reference.GetConfig(root).AsEnumerable().SelectMany(e => Leaves(e.Key, e.Value)).ToHashSet(StringComparer.Ordinal);
        if (config.HasPath(root))
            foreach (var key in config.GetConfig(root).AsEnumerable().SelectMany(e => Leaves(e.Key, e.Value)))
                if (!known.Contains(key))
                    throw new ConfigurationException($"{root}.{key} is not a setting.");
    }

    public string Text(string key) => _config.GetString(key) ?? throw Missing(key);

    public IReadOnlyList<string> Strings(string key) => [.. _config.GetStringList(key)];

    public int Number(string key, int least, int most) =>
        int.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Bad(key, $"a whole number from {least} to {most}");

    public double Fraction(string key, double most) =>
        double.TryParse(Text(key), CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= most
            ? number
            : throw Bad(key, $"a number from 0 to {most}");

    public TimeSpan Time(string key, bool zero = false)
    {
        TimeSpan time;
        try
        {
            time = _config.GetTimeSpan(key, allowInfinite: false);
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException or ConfigurationException)
        {
            throw Bad(key, "a time such as 20ms, 5s or 5m");
        }
        return time > TimeSpan.Zero || (zero && time == TimeSpan.Zero) ? time : throw Bad(key, "a time above zero");
    }

    private static IEnumerable<string> Leaves(string key, Akka.Configuration.Hocon.HoconValue value)
    {
        if (!value.IsObject())
            return [key];
        return value.GetObject().Items.SelectMany(i => Leaves($"{key}.{i.Key}", i.Value));
    }

    private ConfigurationException Missing(string key) => new($"{_root}.{key} has no value.");

    private ConfigurationException Bad(string key, string wanted) => new($"{_root}.{key} has to be {wanted}; it is '{_config.GetString(key)}'.");
}
