using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Persistence;
using ActorKube.Scheduler.Hosting;
using ActorKube.Scheduler.Tests.Harness;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit;
using Microsoft.Extensions.Time.Testing;
using static ActorKube.Scheduler.Actors.SchedulerProtocol;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Actors;

public sealed class SchedulerActorTests() : TestKit(Settings)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private int _pods;

    private static Config Settings => ConfigurationFactory.ParseString("""
        akka.loglevel = WARNING
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """).WithFallback(SchedulerHost.Serialization);

    [Fact]
    public async Task Every_incarnation_has_a_higher_epoch_and_the_decisions_of_those_before()
    {
        var cluster = new SerialCluster(_time);
        cluster.Inner.Memory[WellKnownResources.Nodes].Put(NodeJson("n1"));
        for (var epoch = 1; epoch <= 3; epoch++)
        {
            var host = SchedulerHost.StartAlone(Sys, Services(cluster), SchedulerOptions.Default);
            await BindAnother(cluster);
            await AwaitAssertAsync(async () => Assert.Equal(_pods, (await Decisions(host)).Decisions.Length), TimeSpan.FromSeconds(20));
            Watch(host.Scheduler);
            host.Scheduler.Tell(Drain.Instance);
            await ExpectTerminatedAsync(host.Scheduler, TimeSpan.FromSeconds(20));
            await host.DisposeAsync();
        }
        Assert.Equal([1, 2, 3], cluster.Inner.Epochs);
    }

    [Fact]
    public async Task One_pod_can_be_asked_about()
    {
        var cluster = new SerialCluster(_time);
        cluster.Inner.Memory[WellKnownResources.Nodes].Put(NodeJson("n1"));
        cluster.Inner.Memory[WellKnownResources.Nodes].Put(NodeJson("n2", cpu: "1"));
        var host = SchedulerHost.StartAlone(Sys, Services(cluster), SchedulerOptions.Default);
        await BindAnother(cluster);
        await BindAnother(cluster);
        await AwaitAssertAsync(async () =>
        {
            var decision = Assert.Single((await Decisions(host, new ObjectKey("default", "p1"))).Decisions);
            Assert.Equal(("n1", "n2"), (decision.Winner!.Node, decision.RunnerUp!.Node));
        }, TimeSpan.FromSeconds(20));
        await host.DisposeAsync();
    }

    private async Task BindAnother(SerialCluster cluster)
    {
        var bound = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Inner.AfterBinding = _ => bound.TrySetResult();
        cluster.Locked(() => cluster.Inner.Memory[WellKnownResources.Pods].Put(PodJson($"p{_pods++}", "1")));
        await bound.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private SchedulerServices Services(IResourceClient client) => new() { Client = client, Time = _time, Random = () => 0 };

    private static Task<DecisionsRead> Decisions(SchedulerHost host, ObjectKey? about = null) =>
        host.Scheduler.Ask<DecisionsRead>(new ReadDecisions(about, null), TimeSpan.FromSeconds(5));
}
