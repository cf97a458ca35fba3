using System.Globalization;
using System.Text;

namespace ActorKube.Machinery.Measuring;

/// <summary>Durations counted in buckets, as Prometheus wants them. Adding allocates nothing and may be done on any thread; whoever reads meanwhile sees each addition in part or whole.</summary>
/// <param name="bounds">Upper bounds of the buckets in seconds, rising; what is longer is only counted.</param>
public sealed class DurationHistogram(double[] bounds)
{
    private readonly long[] _buckets = new long[bounds.Length + 1];
    private long _count;
    private long _ticks;

    /// <summary>Number of durations.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Their sum.</summary>
    public TimeSpan Sum => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    /// <summary>Counts one duration.</summary>
    public void Add(TimeSpan duration)
    {
        var seconds = duration.TotalSeconds;
        var index = 0;
        while (index < bounds.Length && seconds > bounds[index])
            index++;
        Interlocked.Increment(ref _buckets[index]);
        Interlocked.Add(ref _ticks, duration.Ticks);
        Interlocked.Increment(ref _count);
    }

    /// <summary>Writes one series of a histogram in Prometheus' text format.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="name">Name of the metric.</param>
    /// <param name="labels">Labels, escaped and without braces.</param>
    public void Write(StringBuilder text, string name, string labels) => Write(text, name, labels, [this]);

    /// <summary>The same for several with the same bounds, added up.</summary>
    public static void Write(StringBuilder text, string name, string labels, IReadOnlyList<DurationHistogram> members)
    {
        var bounds = members[0].Bounds;
        var total = 0L;
        for (var i = 0; i < bounds.Length; i++)
        {
            total += members.Sum(m => Interlocked.Read(ref m._buckets[i]));
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"{Bound(bounds[i])}\"}} {total}\n");
        }
        var count = members.Sum(m => m.Count);
        text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"+Inf\"}} {count}\n");
        text.Append(CultureInfo.InvariantCulture, $"{name}_sum{{{labels}}} {members.Sum(m => m.Sum.TotalSeconds)}\n");
        text.Append(CultureInfo.InvariantCulture, $"{name}_count{{{labels}}} {count}\n");
    }

    private double[] Bounds => bounds;

    // A label is compared as text: as Go writes it.
    private static string Bound(double seconds) => seconds.ToString(CultureInfo.InvariantCulture).Replace('E', 'e');
}
