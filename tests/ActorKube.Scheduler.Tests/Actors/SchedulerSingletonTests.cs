using ActorKube.Machinery.Client;
using ActorKube.Scheduler.Hosting;
using ActorKube.Scheduler.Tests.Harness;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Akka.TestKit.Xunit;
using static ActorKube.Scheduler.Actors.SchedulerProtocol;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Actors;

public sealed class SchedulerSingletonTests() : TestKit(Settings)
{
    private static Config Settings => ConfigurationFactory.ParseString("""
        akka.loglevel = WARNING
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
        akka.cluster.roles = [ control-plane ]
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """).WithFallback(SchedulerHost.Serialization);

    [Fact]
    public async Task In_a_cluster_pods_are_bound_with_an_epoch_and_the_proxy_finds_the_decisions()
    {
        var cluster = new SerialCluster(TimeProvider.System);
        var bound = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Inner.AfterBinding = _ => bound.TrySetResult();
        cluster.Inner.Memory[WellKnownResources.Nodes].Put(NodeJson("n1"));
        cluster.Inner.Memory[WellKnownResources.Pods].Put(PodJson("web"));
        Cluster.Get(Sys).Join(Cluster.Get(Sys).SelfAddress);

        var host = SchedulerHost.Start(
            Sys, new SchedulerServices { Client = cluster, Time = TimeProvider.System, Random = () => 0 }, SchedulerOptions.Default);
        await bound.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(1L, Assert.Single(cluster.Inner.Epochs));
        await AwaitAssertAsync(
            async () => Assert.Single((await host.Scheduler.Ask<DecisionsRead>(new ReadDecisions(null, null), TimeSpan.FromSeconds(5))).Decisions), TimeSpan.FromSeconds(30));
        await host.DisposeAsync();
    }
}
