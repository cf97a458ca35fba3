using System.CommandLine;
using ActorKube.Controllers.Hosting;
using Akka.Configuration;

namespace ActorKube.CommandLine;

/// <summary>The option <c>--cloud-provider</c> of servers and of nodes.</summary>
internal static class CloudProviderOption
{
    private const string External = "external";

    /// <summary>The option of servers.</summary>
    /// <param name="usual">What holds without it.</param>
    public static Option<string?> OfServers(string usual) => Among(
        $"What gives load balancers addresses and knows the machines behind nodes: bare-metal (your own machines; addresses from actorkube.controllers.cloud.load-balancer-pools), simulated (a cloud for tests, scripted by actorkube.controllers.cloud.simulated and annotations), or none; {usual} when absent.",
        CloudProviders.Names);

    /// <summary>The option of nodes.</summary>
    public static Option<string?> OfNodes() => Among(
        "external: pods are kept off the node until a cloud controller has said what machine it is; none when absent.", [CloudProviders.None, External]);

    /// <summary>What a server's option changes in the settings. The nodes of a process with a simulated cloud wait for it.</summary>
    public static Config ServerSettings(string? provider) => provider is null
        ? Config.Empty
        : ConfigurationFactory.ParseString($"actorkube.controllers.cloud.provider = {provider}").WithFallback(NodeSettings(provider == CloudProviders.Simulated ? External : null));

    /// <summary>What a node's option changes in the settings.</summary>
    public static Config NodeSettings(string? provider) =>
        provider is null ? Config.Empty : ConfigurationFactory.ParseString($"actorkube.node-agent.cloud-provider = {provider}");

    private static Option<string?> Among(string description, IEnumerable<string> values)
    {
        var option = new Option<string?>("--cloud-provider") { Description = description };
        option.AcceptOnlyFromAmong([.. values]);
        return option;
    }
}
