using Akka.Configuration;

namespace ActorKube.Store.Hosting;

/// <summary>Reads settings of one section and remembers which: what is left over is a mistake of whoever wrote the file.</summary>
internal sealed class StoreSection(Config section)
{
    private readonly HashSet<string> _known = [];

    public int Count(string key) => Positive(key, section.GetInt(Known(key)));

    public long Bytes(string key) => Positive(key, section.GetByteSize(Known(key)) ?? 0);

    public TimeSpan Time(string key)
    {
        var time = section.GetTimeSpan(Known(key), null, false);
        return time > TimeSpan.Zero ? time : throw Bad(key);
    }

    /// <exception cref="FormatException">A key that nobody asked for.</exception>
    public void RejectUnknown() => RejectUnknown(section, "");

    private void RejectUnknown(Config part, string prefix)
    {
        foreach (var (name, _) in part.AsEnumerable())
        {
            var key = prefix + name;
            if (_known.Contains(key))
                continue;
            if (!_known.Any(k => k.StartsWith(key + ".", StringComparison.Ordinal)))
                throw new FormatException($"actorkube.store.{key} is not a setting of the store.");
            RejectUnknown(part.GetConfig(name), key + ".");
        }
    }

    private string Known(string key)
    {
        _known.Add(key);
        return key;
    }

    private static T Positive<T>(string key, T value)
        where T : System.Numerics.INumber<T> => value > T.Zero ? value : throw Bad(key);

    private static FormatException Bad(string key) => new($"actorkube.store.{key} has to be greater than zero.");
}
