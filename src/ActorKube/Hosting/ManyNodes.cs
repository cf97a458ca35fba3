using System.Globalization;
using Akka.Configuration;

namespace ActorKube.Hosting;

/// <summary>
/// What changes when a process has many nodes: they come and go together, so their signs of life may be rarer, and they need more pod ranges than the default network has. What the
/// user sets himself counts more.
/// </summary>
internal static class ManyNodes
{
    // The default network, 10.244.0.0/16, has 256 ranges; nodes that have one of these keep it, for the larger network contains it.
    private const int RangesOfTheDefaultNetwork = 250;
    private const int LeasesPerSecond = 50;
    private const int LooksPerSecond = 100;
    private const int LeastSeconds = 10;
    private const int LeastSampling = 15;

    /// <summary>The settings; none for a number of nodes that the defaults are made for.</summary>
    public static Config Settings(int nodes)
    {
        var lease = Math.Max(LeastSeconds, nodes / LeasesPerSecond);
        var text = nodes > RangesOfTheDefaultNetwork ? "actorkube.controllers.node-ipam.cluster-cidrs = [\"10.128.0.0/9\"]\n" : "";
        if (lease > LeastSeconds)
            text += string.Create(CultureInfo.InvariantCulture, $$"""
                actorkube.node-agent.node { lease-interval = {{lease}}s, lease-duration = {{4 * lease}}s, status-interval = {{Math.Max(LeastSeconds, nodes / LooksPerSecond)}}s }
                actorkube.node-agent.usage.interval = {{Math.Max(LeastSampling, nodes / LooksPerSecond)}}s
                actorkube.controllers.node-lifecycle.grace-period = {{5 * lease}}s
                """);
        return ConfigurationFactory.ParseString(text);
    }
}
