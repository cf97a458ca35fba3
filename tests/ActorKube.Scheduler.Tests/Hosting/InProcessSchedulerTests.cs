using ActorKube.Machinery.Client;
using ActorKube.Scheduler.Hosting;
using ActorKube.Scheduler.Tests.Harness;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Hosting;

public sealed class InProcessSchedulerTests
{
    [Fact]
    public async Task Pods_are_bound_without_any_actor_and_the_reasons_can_be_asked_for()
    {
        var cluster = new SerialCluster(TimeProvider.System);
        var bound = new CountdownEvent(50);
        cluster.Inner.AfterBinding = _ => bound.Signal();
        for (var i = 0; i < 3; i++)
            cluster.Inner.Memory[WellKnownResources.Nodes].Put(NodeJson($"n{i}"));
        await using (var scheduler = InProcessScheduler.Start(
            new SchedulerServices { Client = cluster, Time = TimeProvider.System, UniqueSuffix = () => Guid.NewGuid().ToString("N"), Random = () => 0.5 },
            SchedulerOptions.Default, (_, _) => { }, epoch: 1))
        {
            cluster.Locked(() =>
            {
                for (var i = 0; i < 50; i++)
                    cluster.Inner.Memory[WellKnownResources.Pods].Put(PodJson($"p{i}", "100m"));
            });
            Assert.True(bound.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            Assert.Equal(50, scheduler.Decisions().Length);
            Assert.Equal("p7", Assert.Single(scheduler.Decisions(new("default", "p7"))).Pod.Name);
        }
        Assert.All(cluster.Inner.Memory[WellKnownResources.Pods].All, p => Assert.StartsWith("n", p.Field("spec.nodeName"), StringComparison.Ordinal));
    }
}
