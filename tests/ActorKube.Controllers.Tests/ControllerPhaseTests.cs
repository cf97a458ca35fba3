using ActorKube.Api.Errors;
using ActorKube.Controllers.Actors;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Shell;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.ReplicaSets;
using ActorKube.Machinery.Queues;
using ActorKube.Testing.Fakes;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Xunit;
using Microsoft.Extensions.Time.Testing;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

/// <summary>What an actor tells of the engine that it runs.</summary>
public sealed class ControllerPhaseTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryCluster _cluster;
    private volatile ControllerPhase _phase;

    public ControllerPhaseTests()
        : base(ConfigurationFactory.ParseString("""
            akka.loglevel = WARNING
            akka.stdout-loglevel = OFF
            akka.loggers = []
            akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
            akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            """).WithFallback(ControllerHost.Serialization)) => _cluster = new MemoryCluster(_time);

    [Fact]
    public async Task A_controller_that_cannot_begin_warns_of_it_and_does_not_count_as_working_until_it_has_begun()
    {
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("a", 2));
        _cluster.Fault = static (verb, _) => verb == "begin" ? ApiErrors.ServiceUnavailable("the journal is away") : null;
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        var actor = Sys.ActorOf(ControllerActor.Props("root/replicaset-controller", TestRuntime.Of(_cluster, _time, static () => new ReplicaSetReconciler(ReplicaShape.ReplicaSet)) with
        {
            CreateClient = () => _cluster,
            OnPhase = phase => _phase = phase,
        }, new RestartBackoff(ControllerActor.Rests, _time)));
        await actor.DecisionsAsync(static d => d.Waiting.EndsWith("cannot begin: the journal is away", StringComparison.Ordinal));
        await PassUntilAsync(() => HasMessages);
        Assert.Matches("^root/replicaset-controller decides nothing yet: its tenure in .* cannot begin: the journal is away. It keeps trying, and says when it has begun$", Told());
        Assert.Equal(ControllerPhase.Beginning, _phase);

        _cluster.Fault = null;
        await PassUntilAsync(() => HasMessages);
        Assert.Equal("root/replicaset-controller has begun, and decides from now on", Told());
        await actor.DecisionsAsync(static d => d is { Waiting: "", Decisions.Length: > 0 });
        Assert.Equal(ControllerPhase.Working, _phase);

        string Told() => ExpectMsg<Warning>(Patience, cancellationToken: TestContext.Current.CancellationToken).Message.ToString()!;

        async Task PassUntilAsync(Func<bool> isThere)
        {
            using var limit = new CancellationTokenSource(Patience);
            while (!isThere())
            {
                limit.Token.ThrowIfCancellationRequested();
                _time.Advance(TimeSpan.FromSeconds(1));
                await actor.DecisionsAsync();
            }
        }
    }
}
