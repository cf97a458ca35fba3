using System.Net;
using ActorKube.Hosting;
using Akka.Configuration;

namespace ActorKube.Tests.Hosting;

public sealed class AgentSettingsTests
{
    [Theory]
    [InlineData("", "10.244.0.0/16")]
    [InlineData("""actorkube.controllers.node-ipam.cluster-cidrs = ["10.1.0.0/16"]""", "10.1.0.0/16")]
    [InlineData("""actorkube { controllers.node-ipam.cluster-cidrs = ["10.1.0.0/16"], node-agent.cni.routes.cluster-cidrs = ["10.2.0.0/16"] }""", "10.2.0.0/16")]
    public void An_agent_routes_in_the_pod_networks_of_the_servers_unless_it_is_told_others(string settings, string networks) =>
        Assert.Equal([networks], AgentSettings.Read(ConfigurationFactory.ParseString(settings), "n1", IPAddress.Loopback).ClusterCidrs);
}
