using Akka.Configuration;

namespace ActorKube.Protocol.Hosting;

/// <summary>The settings files of this project.</summary>
public static class ProtocolConfig
{
    /// <summary>Serializers of everything that crosses processes (<c>hocon/protocol.conf</c>).</summary>
    public static Config Serializers { get; } = Read("protocol.conf");

    /// <summary>Membership, failure detection, sharding and remoting (<c>hocon/cluster.conf</c>).</summary>
    public static Config Cluster { get; } = Read("cluster.conf");

    private static Config Read(string name)
    {
        using var stream = typeof(ProtocolConfig).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
