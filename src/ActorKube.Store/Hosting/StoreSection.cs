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
    public void RejectUnknown()
    {
        var stray = section.AsEnumerable().Select(e => e.Key).FirstOrDefault(key => !_known.Contains(key) && !_known.Any(k => k.StartsWith(key + ".", StringComparison.Ordinal)));
        if (stray is not null)
            throw new FormatException($"actorkube.store.{stray} is not a setting of the store.");
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
