using System.Globalization;
using System.Net.Sockets;
using ActorKube.Protocol.Serialization;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Hosting.Logging;
using Akka.Remote.Transport.DotNetty;

namespace ActorKube.Protocol.Hosting;

/// <summary>
/// A process's actor system as a member of the cluster. It begins to join when it is started and leaves when it is disposed of. One that the cluster has
/// downed ends by itself: <see cref="Ended"/>; <see cref="KeepAsync"/> then starts a new one.
/// </summary>
public sealed class ClusterSystem : IAsyncDisposable
{
    /// <summary>Name of the actor system in every process.</summary>
    public const string Name = "actorkube";

    private readonly MembershipView _view = new();
    private readonly Cluster _cluster;

    private ClusterSystem(ActorSystem system)
    {
        System = system;
        _cluster = Cluster.Get(system);
        _view.Follow(system);
    }

    /// <summary>The actor system.</summary>
    public ActorSystem System { get; }

    /// <summary>Address of this process: what others take for a seed node.</summary>
    public Address Address => _cluster.SelfAddress;

    /// <summary>Completes when this process is a member; is cancelled when it ends before.</summary>
    public Task Joined => _view.Joined;

    /// <summary>Completes when the actor system has ended, by itself or because it was asked to.</summary>
    public Task Ended => System.WhenTerminated;

    /// <summary>Addresses of the servers that can be reached, as far as this process knows.</summary>
    public IReadOnlyList<Address> Servers => _view.Servers;

    /// <summary>Starts an actor system and begins to join.</summary>
    /// <exception cref="IOException">The address is in use or is none of this machine's.</exception>
    /// <exception cref="UriFormatException">A seed node is not an address.</exception>
    public static ClusterSystem Start(ClusterSystemOptions options)
    {
        var seeds = options.SeedNodes.Select(Address.Parse).ToArray();
        var result = new ClusterSystem(Create(options));
        if (seeds.Length == 0)
            result._cluster.Join(result._cluster.SelfAddress);
        else
            result._cluster.JoinSeedNodes(seeds);
        return result;
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a cluster system, and again in a new one whenever the cluster has removed it, until <paramref name="cancel"/>. The token that the
    /// work is given ends with its system.
    /// </summary>
    /// <param name="options">Asked for at every start: seed nodes may have changed.</param>
    /// <param name="work">What the process does as a member; its failure ends everything.</param>
    /// <param name="cancel">Ends it: the process leaves the cluster.</param>
    public static async Task KeepAsync(Func<ClusterSystemOptions> options, Func<ClusterSystem, CancellationToken, Task> work, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            await using var system = Start(options());
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var running = work(system, ended.Token);
            await Task.WhenAny(running, system.Ended);
            await ended.CancelAsync();
            try
            {
                await running;
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                // Whether there is another round is for the condition of the loop to say.
            }
            if (!system.Ended.IsCompleted)
                return;
        }
    }

    /// <summary>Leaves the cluster and ends the actor system.</summary>
    public async ValueTask DisposeAsync()
    {
        await CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        await System.WhenTerminated;
    }

    private static ActorSystem Create(ClusterSystemOptions options)
    {
        try
        {
            return ActorSystem.Create(Name, Setup(options));
        }
        catch (Exception failure) when (SocketFailure(failure) is { } socket)
        {
            throw new IOException($"Cannot listen on {options.BindAddress ?? options.Host}:{options.Port}: {socket.Message}", failure);
        }
    }

    private static ActorSystemSetup Setup(ClusterSystemOptions options)
    {
        var tls = new DotNettySslSetup(
            options.Identity.Certificate,
            suppressValidation: false,
            requireMutualAuthentication: true,
            // Null is what a peer without a certificate shows.
            customValidator: (certificate, _, _, _, _) => certificate is not null && options.Identity.IsTrusted(certificate));
        var setup = BootstrapSetup.Create().WithConfig(Settings(options)).And(tls).And(new ColdMessageSetup(options.ColdMessages));
        if (options.Loggers is { } loggers)
            setup = setup.And(new LoggerFactorySetup(loggers));
        return options.Setups.Aggregate(setup, (all, one) => all.And(one));
    }

    private static Config Settings(ClusterSystemOptions options)
    {
        var roles = string.Join(", ", options.Roles.Select(r => $"\"{r}\""));
        var own = ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $$"""
            akka.cluster.roles = [{{roles}}]
            akka.remote.dot-netty.tcp {
              public-hostname = "{{options.Host}}"
              hostname = "{{options.BindAddress ?? options.Host}}"
              port = {{options.Port}}
            }
            """));
        if (options.Loggers is not null)
            own = own.WithFallback(Logging);
        return own.WithFallback(options.Settings).WithFallback(ColdMessageSetup.Bindings(options.ColdMessages)).WithFallback(ProtocolConfig.Cluster).WithFallback(ProtocolConfig.Serializers);
    }

    private static Config Logging { get; } = ConfigurationFactory.ParseString($$"""akka.loggers = ["{{typeof(LoggerFactoryLogger).AssemblyQualifiedName}}"]""");

    private static SocketException? SocketFailure(Exception? failure) => failure switch
    {
        null => null,
        SocketException socket => socket,
        AggregateException many => many.InnerExceptions.Select(SocketFailure).FirstOrDefault(s => s is not null),
        _ => SocketFailure(failure.InnerException),
    };
}
