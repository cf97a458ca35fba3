using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

public sealed class TenureTests
{
    [Fact]
    public void A_controller_that_another_incarnation_has_superseded_ends_says_nothing_and_is_followed_by_one_that_goes_on()
    {
        using var cluster = new SimulatedCluster(new SimulationOptions { Latency = TimeSpan.FromMilliseconds(4) });
        cluster.Create(Deployments, Manifests.Deployment("web", 3));
        cluster.Advance(TimeSpan.FromSeconds(10));
        var controller = cluster.Controllers.Single(c => c.Name == "replicaset-controller");
        cluster.Run(() => cluster.TenuredClientOf(controller.User, controller.Name).BeginAsync(Pods).AsTask());
        cluster.Patch(Deployments, "default", "web", """{"spec":{"replicas":5}}""");
        cluster.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, controller.Superseded);
        Assert.Equal(5, cluster.Get(Deployments, "web").Number("status", "availableReplicas"));
        Assert.DoesNotContain(cluster.List(Events), e => e.Text("reason") == "FailedCreate");
        Assert.Empty(cluster.Strays);
    }
}
