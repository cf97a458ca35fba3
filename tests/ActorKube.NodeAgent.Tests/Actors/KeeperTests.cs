using System.Text.Json.Nodes;
using System.Threading.Channels;
using ActorKube.NodeAgent.Actors;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Simulated;
using ActorKube.NodeAgent.Tests.Support;
using Akka.Actor;
using Akka.TestKit.Xunit;
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
            await AwaitConditionAsync(() => Task.FromResult(Volatile.Read(ref _starts) == waits.Count + 1), Patience);
            var actor = await Sys.ActorSelection(keeper.Path / "kept").ResolveOne(Patience);
            _time.Advance(TimeSpan.FromSeconds(ran));
            actor.Tell("fail");
            var news = await NewsAsync();
            waits.Add(news.Pause.TotalSeconds);
            _time.Advance(news.Pause);
        }
        Assert.Equal([1, 2, 1, 2], waits);
    }

    [Fact]
    public async Task An_agent_whose_start_fails_waits_before_the_next_and_runs_pods_once_it_succeeds()
    {
        var fails = true;
        await using var agent = new Agent(Sys, _time, parts => parts with { Volumes = new UnlistableVolumes(parts.Volumes, () => Volatile.Read(ref fails)) });
        foreach (var seconds in Waits[..4])
        {
            Assert.Contains($"starts over in {TimeSpan.FromSeconds(seconds)}", await agent.Log.NextAsync(22, Patience), StringComparison.Ordinal);
            Volatile.Write(ref fails, seconds < Waits[3]);
            _time.Advance(TimeSpan.FromSeconds(seconds));
        }
        await AwaitConditionAsync(() => Task.FromResult(agent.Phase == "Running"), Patience);
    }

    [Fact]
    public async Task A_node_that_cannot_be_described_does_not_keep_its_pods_from_running()
    {
        await using var agent = new Agent(Sys, _time, parts => parts with { Probe = new BrokenProbe(parts.Probe) });
        await AwaitConditionAsync(() => Task.FromResult(agent.Phase == "Running"), Patience);
        foreach (var seconds in Waits[..3])
        {
            Assert.Contains($"starts over in {TimeSpan.FromSeconds(seconds)}", await agent.Log.NextAsync(23, Patience), StringComparison.Ordinal);
            _time.Advance(TimeSpan.FromSeconds(seconds));
        }
        Assert.Equal(0, agent.Log.Count(22));
    }

    [Fact]
    public async Task A_pod_whose_actor_fails_again_and_again_is_begun_anew_after_ever_longer_waits_and_runs_on()
    {
        await using var agent = new Agent(Sys, _time, static parts => parts);
        await AwaitConditionAsync(() => Task.FromResult(agent.Phase == "Running"), Patience);
        var pod = agent.Actor.Path / "agent" / $"pod-{agent.Pod["metadata"]!["uid"]}";
        foreach (var (ran, seconds) in ((double, double)[])[(0, 10), (0, 20), (0, 40), (0, 80), (0, 160), (299, 300), (0, 300), (300, 10)])
        {
            await AwaitConditionAsync(() => IsThereAsync(pod), Patience);
            _time.Advance(TimeSpan.FromSeconds(ran));
            Sys.ActorSelection(pod).Tell(Kill.Instance);
            Assert.Contains($"starts over in {TimeSpan.FromSeconds(seconds)}", await agent.Log.NextAsync(5, Patience), StringComparison.Ordinal);
            // The wait is armed when the agent has heard of the end, and the actor is not there before it is over.
            await AwaitConditionAsync(async () => !await IsThereAsync(pod), Patience);
            // It is gone before the agent hears of it; what the agent answers now comes after that in its mailbox.
            Assert.True(await IsThereAsync(agent.Actor.Path / "agent"));
            _time.Advance(TimeSpan.FromSeconds(seconds - 0.001));
            Assert.False(await IsThereAsync(pod));
            _time.Advance(TimeSpan.FromSeconds(0.001));
        }
        Assert.Equal(("Running", 0), (agent.Phase, (int?)agent.Pod["status"]!["containerStatuses"]![0]!["restartCount"]));
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("agent/status")]
    public async Task Statuses_are_written_on_after_the_agent_or_their_writer_has_failed(string what)
    {
        await using var agent = new Agent(Sys, _time, static parts => parts);
        await AwaitConditionAsync(() => Task.FromResult(agent.Phase == "Running"), Patience);
        Sys.ActorSelection(agent.Actor.Path / what.Split('/')).Tell(Kill.Instance);
        await agent.Log.NextAsync(22, Patience);
        _time.Advance(TimeSpan.FromSeconds(1));
        var running = Assert.Single(await agent.Runtime.ListContainersAsync(ContainerFilter.All, TestContext.Current.CancellationToken));
        agent.Runtime.EndContainer(running.Id, 1);
        await AwaitConditionAsync(() => Task.FromResult((int?)agent.Pod["status"]!["containerStatuses"]![0]!["restartCount"] == 1), Patience);
    }

    private async Task<bool> IsThereAsync(ActorPath path) =>
        (await Sys.ActorSelection(path).Ask<ActorIdentity>(new Identify(null), Patience)).Subject is not null;

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

    /// <summary>An agent with one pod, put together by hand.</summary>
    private sealed class Agent : IAsyncDisposable
    {
        private readonly FakeCluster _cluster;
        private readonly EventSink _events;
        private readonly NodeAgentShared _shared;

        public Agent(ActorSystem system, TimeProvider time, Func<NodeAgentParts, NodeAgentParts> change)
        {
            _cluster = new FakeCluster(time);
            _cluster.Put("pods", TestPods.Pod("web"));
            Runtime = new SimulatedRuntime(new SimulatedRuntimeOptions { Time = time, IdSeed = 7, PodCidrs = ["10.244.1.0/24"] });
            _events = new EventSink(_cluster, TestPods.Settings(), time);
            _shared = new NodeAgentShared(_cluster, time);
            Actor = system.ActorOf(NodeAgentHost.KeptAgent(change(NodeAgentAssembly.Build(TestPods.Settings(), _cluster, Runtime, time, Log, _events, _shared))));
        }

        public ToldLog Log { get; } = new();

        public SimulatedRuntime Runtime { get; }

        public IActorRef Actor { get; }

        public JsonObject Pod => _cluster.Find("pods", "default", "web")!;

        public string? Phase => (string?)Pod["status"]!["phase"];

        public async ValueTask DisposeAsync()
        {
            await Actor.GracefulStop(Patience);
            await _events.DisposeAsync();
            await _shared.DisposeAsync();
            await Runtime.DisposeAsync();
        }
    }

    private sealed class BrokenProbe(INodeProbe probe) : INodeProbe
    {
        public MachineInfo Describe() => throw new IOException("/etc/machine-id cannot be read");

        public MachinePressure Pressure() => probe.Pressure();

        public MachineUsage Usage() => probe.Usage();
    }
}
