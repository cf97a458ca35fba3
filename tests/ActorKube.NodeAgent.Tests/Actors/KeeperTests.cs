using System.Threading.Channels;
using ActorKube.NodeAgent.Actors;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Runtimes.Simulated;
using ActorKube.NodeAgent.Tests.Support;
using Akka.Actor;
using Akka.TestKit.Xunit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.NodeAgent.Tests.Actors;

public sealed class KeeperTests() : TestKit("akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [], log-dead-letters = off, log-dead-letters-during-shutdown = off }")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly double[] Waits = [1, 2, 4, 8, 16, 32, 60, 60];

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Channel<KeeperNews> _news = Channel.CreateUnbounded<KeeperNews>();
    private int _starts;

    [Fact]
    public async Task What_fails_in_its_start_begins_anew_after_ever_longer_waits()
    {
        Keep(() => throw new InvalidOperationException("no"));
        foreach (var seconds in Waits)
        {
            var news = await NewsAsync();
            Assert.Equal((seconds, "no"), (news.Pause.TotalSeconds, news.Cause?.GetBaseException().Message));
            Assert.Equal(news.Failures, Volatile.Read(ref _starts));
            _time.Advance(news.Pause - TimeSpan.FromTicks(1));
            Assert.Equal(news.Failures, Volatile.Read(ref _starts));
            _time.Advance(TimeSpan.FromTicks(1));
        }
    }

    [Fact]
    public async Task What_has_run_for_a_minute_begins_with_the_shortest_wait_again()
    {
        var keeper = Keep(() => { });
        var waits = new List<double>();
        foreach (var ran in (double[])[0, 59, 60, 1])
        {
            var actor = await Sys.ActorSelection(keeper.Path / "kept").ResolveOne(Patience);
            _time.Advance(TimeSpan.FromSeconds(ran));
            actor.Tell("fail");
            var news = await NewsAsync();
            waits.Add(news.Pause.TotalSeconds);
            _time.Advance(news.Pause);
            await AwaitConditionAsync(() => Task.FromResult(Volatile.Read(ref _starts) == waits.Count + 1), Patience);
        }
        Assert.Equal([1, 2, 1, 2], waits);
    }

    [Fact]
    public async Task An_agent_whose_start_fails_waits_before_the_next_and_runs_pods_once_it_succeeds()
    {
        var log = new Told();
        var cluster = new FakeCluster(_time);
        cluster.Put("pods", TestPods.Pod("web"));
        await using var runtime = new SimulatedRuntime(new SimulatedRuntimeOptions { Time = _time, IdSeed = 7, PodCidrs = ["10.244.1.0/24"] });
        var settings = TestPods.Settings();
        await using var events = new EventSink(cluster, settings, _time);
        await using var shared = new NodeAgentShared(cluster, _time);
        var parts = NodeAgentAssembly.Build(settings, cluster, runtime, _time, log, events, shared);
        var fails = true;
        Sys.ActorOf(NodeAgentHost.KeptAgent(parts with { Volumes = new UnlistableVolumes(parts.Volumes, () => Volatile.Read(ref fails)) }));
        foreach (var seconds in Waits[..4])
        {
            Assert.Contains($"starts over in {TimeSpan.FromSeconds(seconds)}", await log.NextAsync(22, Patience), StringComparison.Ordinal);
            Volatile.Write(ref fails, seconds < Waits[3]);
            _time.Advance(TimeSpan.FromSeconds(seconds));
        }
        await AwaitConditionAsync(() => Task.FromResult((string?)cluster.Find("pods", "default", "web")!["status"]!["phase"] == "Running"), Patience);
    }

    [Fact]
    public async Task A_node_that_cannot_be_described_does_not_keep_its_pods_from_running()
    {
        var log = new Told();
        var cluster = new FakeCluster(_time);
        cluster.Put("pods", TestPods.Pod("web"));
        await using var runtime = new SimulatedRuntime(new SimulatedRuntimeOptions { Time = _time, IdSeed = 7, PodCidrs = ["10.244.1.0/24"] });
        var settings = TestPods.Settings();
        await using var events = new EventSink(cluster, settings, _time);
        await using var shared = new NodeAgentShared(cluster, _time);
        var parts = NodeAgentAssembly.Build(settings, cluster, runtime, _time, log, events, shared);
        var probe = new BrokenProbe(parts.Probe);
        Sys.ActorOf(NodeAgentHost.KeptAgent(parts with { Probe = probe }));
        await AwaitConditionAsync(() => Task.FromResult((string?)cluster.Find("pods", "default", "web")!["status"]!["phase"] == "Running"), Patience);
        foreach (var seconds in Waits[..3])
        {
            Assert.Contains($"starts over in {TimeSpan.FromSeconds(seconds)}", await log.NextAsync(23, Patience), StringComparison.Ordinal);
            _time.Advance(TimeSpan.FromSeconds(seconds));
        }
        Assert.Equal(0, log.Count(22));
    }

    private IActorRef Keep(Action start)
    {
        Action begin = () =>
        {
            Interlocked.Increment(ref _starts);
            start();
        };
        var kept = Props.Create(() => new Kept(begin));
        return Sys.ActorOf(Props.Create(() => new Keeper(kept, "kept", _time, Tell)));
    }

    private void Tell(KeeperNews news) => _news.Writer.TryWrite(news);

    private async Task<KeeperNews> NewsAsync() => await _news.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    private sealed class Kept : UntypedActor
    {
        public Kept(Action start) => start();

        protected override void OnReceive(object message) => throw new InvalidOperationException("told to");
    }

    private sealed class BrokenProbe(INodeProbe probe) : INodeProbe
    {
        public MachineInfo Describe() => throw new IOException("/etc/machine-id cannot be read");

        public MachinePressure Pressure() => probe.Pressure();

        public MachineUsage Usage() => probe.Usage();
    }

    /// <summary>What was logged, by event.</summary>
    private sealed class Told : ILogger
    {
        private readonly Channel<(int Event, string Message)> _lines = Channel.CreateUnbounded<(int, string)>();
        private readonly List<int> _events = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_events)
                _events.Add(eventId.Id);
            _lines.Writer.TryWrite((eventId.Id, formatter(state, exception)));
        }

        public int Count(int e)
        {
            lock (_events)
                return _events.Count(known => known == e);
        }

        public async Task<string> NextAsync(int e, TimeSpan patience)
        {
            while (true)
                if (await _lines.Reader.ReadAsync().AsTask().WaitAsync(patience) is var line && line.Event == e)
                    return line.Message;
        }
    }
}
