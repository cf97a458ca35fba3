using System.Net;
using ActorKube.Controllers.Hosting;
using ActorKube.NodeAgent.Hosting;
using Akka.Configuration;

namespace ActorKube.Hosting;

/// <summary>What agents are told by the process they run in.</summary>
internal static class AgentSettings
{
    /// <summary>The settings of an agent. Pod networks that it is not told itself are those of the servers' setting: one file of settings serves all processes.</summary>
    /// <exception cref="FormatException">The name is not acceptable.</exception>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is not acceptable.</exception>
    public static NodeAgentSettings Read(Config settings, string node, IPAddress address)
    {
        var agent = NodeAgentConfig.Read(settings, node, [address.ToString()]);
        return agent.ClusterCidrs.IsEmpty ? agent with { ClusterCidrs = [.. ControllersOptions.From(settings).NodeIpam.Networks.Select(n => n.Network.ToString())] } : agent;
    }
}
