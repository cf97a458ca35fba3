using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorKube.Protocol.Hosting;

/// <summary>What a process's actor system is started with.</summary>
public sealed record ClusterSystemOptions
{
    /// <summary>Roles of the process, of <see cref="ClusterRoles"/>.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Certificate, and trust in those of others.</summary>
    public required ProcessIdentity Identity { get; init; }

    /// <summary>Host name or address under which others reach this process.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port to listen on; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Address to listen on; null for <see cref="Host"/>.</summary>
    public string? BindAddress { get; init; }

    /// <summary>Addresses of processes of the cluster to join, for example <c>akka.ssl.tcp://actorkube@10.0.0.1:7000</c>; none: this process is the cluster's first.</summary>
    public IReadOnlyList<string> SeedNodes { get; init; } = [];

    /// <summary>False when <see cref="ClusterSystem.Join"/> will say whom to join, and <see cref="SeedNodes"/> counts for nothing.</summary>
    public bool JoinsAtOnce { get; init; } = true;

    /// <summary>Told, on some thread, the servers that can be reached, whenever they have changed; by a member only, for nobody tells an <see cref="AttachedSystem"/>.</summary>
    public Action<IReadOnlyList<Address>>? ServersChanged { get; init; }

    /// <summary>Types of messages that cross processes through <see cref="Serialization.ColdSerializer"/>, those of their parts included.</summary>
    public IReadOnlyList<Type> ColdMessages { get; init; } = [];

    /// <summary>Settings above those of <c>cluster.conf</c> and <c>protocol.conf</c>.</summary>
    public Config Settings { get; init; } = Config.Empty;

    /// <summary>What else the actor system needs, for example the data options of journals.</summary>
    public IReadOnlyList<Setup> Setups { get; init; } = [];

    /// <summary>Where the actor system's log goes; null for the terminal.</summary>
    public ILoggerFactory? Loggers { get; init; }
}
