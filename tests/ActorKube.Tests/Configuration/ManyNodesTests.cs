using ActorKube.Hosting;

namespace ActorKube.Tests.Configuration;

public sealed class ManyNodesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(250)]
    public void A_few_nodes_change_nothing(int nodes) => Assert.True(ManyNodes.Settings(nodes).IsEmpty);

    [Theory]
    [InlineData(1000, 20)]
    [InlineData(5000, 100)]
    public void Many_nodes_get_ranges_and_rarer_leases_that_stay_valid_in_between(int nodes, int interval)
    {
        var settings = ManyNodes.Settings(nodes);
        Assert.Equal(["10.128.0.0/9"], settings.GetStringList("actorkube.controllers.node-ipam.cluster-cidrs"));
        Assert.Equal(TimeSpan.FromSeconds(interval), settings.GetTimeSpan("actorkube.node-agent.node.lease-interval"));
        Assert.Equal(TimeSpan.FromSeconds(4 * interval), settings.GetTimeSpan("actorkube.node-agent.node.lease-duration"));
        Assert.Equal(TimeSpan.FromSeconds(5 * interval), settings.GetTimeSpan("actorkube.controllers.node-lifecycle.grace-period"));
    }
}
