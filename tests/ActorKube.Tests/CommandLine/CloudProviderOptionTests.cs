using ActorKube.CommandLine;
using ActorKube.Configuration;
using ActorKube.Controllers.Hosting;
using ActorKube.NodeAgent.Hosting;

namespace ActorKube.Tests.CommandLine;

public sealed class CloudProviderOptionTests
{
    [Theory]
    [InlineData("up", null, "bare-metal", false)]
    [InlineData("up", "none", "none", false)]
    [InlineData("up", "bare-metal", "bare-metal", false)]
    [InlineData("up", "simulated", "simulated", true)]
    [InlineData("server", null, "none", false)]
    [InlineData("server", "bare-metal", "bare-metal", false)]
    public void The_option_chooses_the_provider_and_whether_nodes_of_the_process_wait_for_it(string profile, string? option, string provider, bool waits)
    {
        var settings = CloudProviderOption.ServerSettings(option).WithFallback(Profiles.Read(profile).WithFallback(ControllersOptions.Reference).WithFallback(NodeAgentConfig.Reference));
        Assert.Equal(provider, ControllersOptions.From(settings).Cloud.Provider);
        Assert.Equal(waits, NodeAgentConfig.Read(settings, "n", ["10.0.0.1"]).WaitsForCloud);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("none", false)]
    [InlineData("external", true)]
    public void A_node_waits_for_a_cloud_when_it_is_told_so(string? option, bool waits) =>
        Assert.Equal(waits, NodeAgentConfig.Read(CloudProviderOption.NodeSettings(option).WithFallback(Profiles.Read("up").WithFallback(NodeAgentConfig.Reference)), "n", ["10.0.0.1"]).WaitsForCloud);
}
