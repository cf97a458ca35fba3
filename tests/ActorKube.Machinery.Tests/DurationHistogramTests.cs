using System.Text;
using ActorKube.Machinery.Measuring;

namespace ActorKube.Machinery.Tests;

public class DurationHistogramTests
{
    private static readonly double[] Bounds = [0.1, 1];

    [Fact]
    public void Durations_are_told_in_buckets_that_contain_the_smaller_ones()
    {
        var histogram = new DurationHistogram(Bounds);
        foreach (var seconds in (double[])[0.05, 0.1, 0.5, 30])
            histogram.Add(TimeSpan.FromSeconds(seconds));
        Assert.Equal("""
            took_seconds_bucket{name="a",le="0.1"} 2
            took_seconds_bucket{name="a",le="1"} 3
            took_seconds_bucket{name="a",le="+Inf"} 4
            took_seconds_sum{name="a"} 30.65
            took_seconds_count{name="a"} 4

            """, Text(histogram));
    }

    [Fact]
    public void Several_are_told_as_their_sum()
    {
        var (one, other) = (new DurationHistogram(Bounds), new DurationHistogram(Bounds));
        one.Add(TimeSpan.FromSeconds(0.5));
        other.Add(TimeSpan.FromSeconds(0.25));
        Assert.Contains("took_seconds_bucket{name=\"a\",le=\"1\"} 2\n", Text(one, other));
        Assert.Contains("took_seconds_sum{name=\"a\"} 0.75\n", Text(one, other));
    }

    private static string Text(params DurationHistogram[] members)
    {
        var text = new StringBuilder();
        DurationHistogram.Write(text, "took_seconds", "name=\"a\"", members);
        return text.ToString();
    }
}
