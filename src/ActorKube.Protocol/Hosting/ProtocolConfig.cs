using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Client;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.DistributedData;
using Akka.Remote;

namespace ActorKube.Protocol.Hosting;

/// <summary>The settings files of this project.</summary>
public static class ProtocolConfig
{
    /// <summary>Serializers of everything that crosses processes (<c>hocon/protocol.conf</c>).</summary>
    public static Config Serializers { get; } = Read("protocol.conf");

    /// <summary>Membership, failure detection, sharding and remoting (<c>hocon/cluster.conf</c>).</summary>
    public static Config Cluster { get; } = Read("cluster.conf");

    /// <summary>Akka's own defaults of what this program uses of it: they say which settings below <c>akka.</c> there are. Read when it is asked for, which most processes never do.</summary>
    public static Config Akka() => new[]
    {
        ConfigurationFactory.Default(), ConfigurationFactory.FromResource<RemoteActorRefProvider>("Akka.Remote.Configuration.Remote.conf"),
        ConfigurationFactory.FromResource<ClusterActorRefProvider>("Akka.Cluster.Configuration.Cluster.conf"), ClusterSharding.DefaultConfig(), ClusterSingleton.DefaultConfig(), DistributedData.DefaultConfig(),
        ClusterClientReceptionist.DefaultConfig(),
    }.Aggregate((all, one) => all.WithFallback(one));

    private static Config Read(string name) => EmbeddedSettings.Read(typeof(ProtocolConfig).Assembly, name);
}
