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

    // A system may end as soon as it has started: Akka ends one whose peer shows a certificate that is not trusted.
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly MembershipView _view;
    private readonly Cluster _cluster;

    private ClusterSystem(ActorSystem system, Action<IReadOnlyList<Address>>? serversChanged)
    {
        System = system;
        _view = new MembershipView(serversChanged);
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
    /// <exception cref="ConfigurationException">Akka does not take the settings.</exception>
    /// <exception cref="UriFormatException">A seed node is not an address.</exception>
    public static ClusterSystem Start(ClusterSystemOptions options)
    {
        var seeds = Parse(options.SeedNodes);
        var result = new ClusterSystem(Create(options), options.ServersChanged);
        if (options.JoinsAtOnce)
            result.JoinThrough(seeds);
        return result;
    }

    /// <summary>Begins to join a cluster through any of these members, instead of through those named before. A process that is a member stays where it is.</summary>
    /// <param name="seeds">Addresses of members; none: this process is the cluster's first.</param>
    /// <exception cref="UriFormatException">A seed node is not an address.</exception>
    public void Join(IReadOnlyList<string> seeds) => JoinThrough(Parse(seeds));

    /// <summary>
    /// Runs <paramref name="work"/> in a cluster system, and again in a new one whenever the cluster has removed it, or the work has disposed of it, until <paramref name="cancel"/>. The token that the
    /// work is given ends with its system.
    /// </summary>
    /// <param name="options">Asked for at every start: seed nodes may have changed.</param>
    /// <param name="work">What the process does as a member; its failure ends everything, and so does its end while the system runs.</param>
    /// <param name="cancel">Ends it: the process leaves the cluster.</param>
    /// <param name="time">Clock of the pause between two systems; null for the machine's.</param>
    public static async Task KeepAsync(Func<ClusterSystemOptions> options, Func<ClusterSystem, CancellationToken, Task> work, CancellationToken cancel, TimeProvider? time = null)
    {
        while (await RunOnceAsync(options(), work, cancel) && !cancel.IsCancellationRequested)
            await Task.Delay(RestartPause, time ?? TimeProvider.System, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Leaves the cluster and ends the actor system.</summary>
    public async ValueTask DisposeAsync()
    {
        await CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        await System.WhenTerminated;
    }

    /// <summary>True when the system ended under the work.</summary>
    private static async Task<bool> RunOnceAsync(ClusterSystemOptions options, Func<ClusterSystem, CancellationToken, Task> work, CancellationToken cancel)
    {
        await using var system = Start(options);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = work(system, ended.Token);
        await Task.WhenAny(running, system.Ended);
        await ended.CancelAsync();
        try
        {
            await running;
            return system.Ended.IsCompleted;
        }
        catch (OperationCanceledException)
        {
            // The work notices the end of its system in many ways, some of them before the system has quite ended.
            return true;
        }
    }

    private void JoinThrough(Address[] seeds)
    {
        if (seeds.Length == 0)
            _cluster.Join(_cluster.SelfAddress);
        else
            _cluster.JoinSeedNodes(seeds);
    }

    private static Address[] Parse(IEnumerable<string> seeds) => [.. seeds.Select(Address.Parse)];

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
        catch (Exception failure) when (failure is ArgumentException or FormatException or OverflowException or TypeLoadException)
        {
            throw new ConfigurationException($"The settings below akka. do not work: {failure.Message.ReplaceLineEndings(" ")}", failure);
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

    private static Config Logging { get; } = ConfigurationFactory.ParseString($$"""
        akka.loggers = ["{{typeof(AkkaLogger).AssemblyQualifiedName}}"]
        # Where Akka logs before its loggers are there and after they have ended: on standard output, which is for what the user asked for.
        akka.stdout-loglevel = OFF
        """);

    private static SocketException? SocketFailure(Exception? failure) => failure switch
    {
        null => null,
        SocketException socket => socket,
        AggregateException many => many.InnerExceptions.Select(SocketFailure).FirstOrDefault(s => s is not null),
        _ => SocketFailure(failure.InnerException),
    };
}
