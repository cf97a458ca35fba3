using ActorKube.Protocol.Hosting;
using Akka.Configuration;
using Akka.Remote;

namespace ActorKube.Protocol.Tests.Hosting;

/// <summary>What the shipped settings mean for a server that falls silent (ADR 0132), with Akka's own detector and without a clock.</summary>
public sealed class FailureDetectionTests
{
    // The resolver of split brains looks so often whether the picture has stood still for long enough.
    private static readonly TimeSpan ResolverTick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private static Config Settings { get; } = ProtocolConfig.Cluster.WithFallback(ConfigurationFactory.FromResource("Akka.Cluster.Configuration.Cluster.conf", typeof(Akka.Cluster.Cluster).Assembly));

    private static TimeSpan Interval { get; } = Time("failure-detector.heartbeat-interval");

    private static TimeSpan StableAfter { get; } = Time("split-brain-resolver.stable-after");

    [Fact]
    public void A_server_that_is_silent_for_six_seconds_stays()
    {
        // The last sign of life may have come almost an interval before the silence.
        var earliest = NoticedAfter(Beats(100, static () => TimeSpan.Zero)) - Interval + StableAfter;
        Assert.True(earliest >= TimeSpan.FromSeconds(6), $"It may be removed after {earliest.TotalSeconds:0.0} s.");
    }

    [Fact]
    public void A_server_that_has_died_is_out_within_eight_and_a_half_seconds()
    {
        var latest = NoticedAfter(Beats(100, static () => TimeSpan.Zero)) + Time("unreachable-nodes-reaper-interval") + StableAfter + ResolverTick;
        Assert.True(latest <= TimeSpan.FromSeconds(8.5), $"It may be removed after {latest.TotalSeconds:0.0} s only.");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(1000)]
    [InlineData(2500)]
    public void A_server_that_hardly_gets_the_processor_is_not_even_taken_for_unreachable(int mostHeldUp)
    {
        var random = new Random(mostHeldUp);
        var detector = new Detector();
        foreach (var beat in Beats(2000, () => TimeSpan.FromMilliseconds(random.Next(mostHeldUp))))
        {
            detector.At(beat);
            Assert.True(detector.IsAvailable, $"A heartbeat at {beat.TotalSeconds:0.0} s came too late.");
            detector.HeartBeat();
        }
    }

    private static IEnumerable<TimeSpan> Beats(int count, Func<TimeSpan> heldUp)
    {
        var now = TimeSpan.Zero;
        for (var i = 0; i < count; i++)
            yield return now += Interval + heldUp();
    }

    /// <summary>How long after its last heartbeat it counts as unreachable.</summary>
    private static TimeSpan NoticedAfter(IEnumerable<TimeSpan> beats)
    {
        var detector = new Detector();
        var last = TimeSpan.Zero;
        foreach (var beat in beats)
        {
            detector.At(last = beat);
            detector.HeartBeat();
        }
        var now = last;
        while (detector.IsAvailable)
            detector.At(now += Step);
        return now - last;
    }

    private static TimeSpan Time(string key) => Settings.GetTimeSpan($"akka.cluster.{key}");

    private sealed class Detector
    {
        private readonly PhiAccrualFailureDetector _detector;
        private long _now;

        public Detector() => _detector = new PhiAccrualFailureDetector(
            Settings.GetDouble("akka.cluster.failure-detector.threshold"), Settings.GetInt("akka.cluster.failure-detector.max-sample-size"),
            Time("failure-detector.min-std-deviation"), Time("failure-detector.acceptable-heartbeat-pause"), Interval, () => _now);

        public bool IsAvailable => _detector.IsAvailable;

        public void At(TimeSpan time) => _now = (long)time.TotalMilliseconds;

        public void HeartBeat() => _detector.HeartBeat();
    }
}
