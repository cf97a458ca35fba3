using ActorKube.Controllers.Hosting;

namespace ActorKube.Controllers.Tests;

public sealed class EventSourceTests
{
    [Theory]
    [InlineData("deployment-controller", "")]
    [InlineData("replicationcontroller-controller", "replication-controller")]
    [InlineData("endpointslice-controller", "endpoint-slice-controller")]
    [InlineData("endpointslice-mirroring-controller", "endpoint-slice-mirroring-controller")]
    [InlineData("endpoints-controller", "endpoint-controller")]
    [InlineData("horizontal-pod-autoscaler-controller", "horizontal-pod-autoscaler")]
    [InlineData("disruption-controller", "controllermanager")]
    [InlineData("node-lifecycle-controller", "node-controller")]
    [InlineData("node-ipam-controller", "cidrAllocator")]
    [InlineData("persistentvolume-binder-controller", "persistentvolume-controller")]
    [InlineData("persistentvolume-attach-detach-controller", "attachdetach-controller")]
    [InlineData("persistentvolume-expander-controller", "volume_expand")]
    [InlineData("ephemeral-volume-controller", "ephemeral_volume")]
    public void Events_come_from_whom_they_come_upstream(string controller, string source) => Assert.Equal(source, ControllerRegistry.Find(controller).Source);
}
