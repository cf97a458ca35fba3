using Akka.Configuration;

namespace ActorKube.Protocol.Hosting;

/// <summary>The settings files of this project.</summary>
public static class ProtocolConfig
{
    /// <summary>Serializers of everything that crosses processes (<c>hocon/protocol.conf</c>).</summary>
    public static Config Serializers { get; } = Read("protocol.conf");

    /// <summary>Membership, failure detection, sharding and remoting (<c>hocon/cluster.conf</c>).</summary>
    public static Config Cluster { get; } = Read("cluster.conf");

    private static Config Read(string name) => EmbeddedSettings.Read(typeof(ProtocolConfig).Assembly, name);
}
