using System.Globalization;
using System.Net.Sockets;
using ActorKube.Protocol.Serialization;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Hosting.Logging;
using Akka.Remote.Transport.DotNetty;

namespace ActorKube.Protocol.Hosting;

/// <summary>Starts actor systems that speak to each other over mutually authenticated TLS.</summary>
internal static class ActorSystems
{
    /// <summary>Starts an actor system.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">What it is started with.</param>
    /// <param name="first">Settings that nobody may change.</param>
    public static ActorSystem Create(string name, ClusterSystemOptions options, Config first)
    {
        try
        {
            return ActorSystem.Create(name, Setup(options, first));
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

    /// <summary>Leaves the cluster, if the system is a member of one, and ends it.</summary>
    public static async ValueTask EndAsync(ActorSystem system)
    {
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        await system.WhenTerminated;
    }

    private static ActorSystemSetup Setup(ClusterSystemOptions options, Config first)
    {
        var tls = new DotNettySslSetup(
            options.Identity.Certificate,
            suppressValidation: false,
            requireMutualAuthentication: true,
            // Null is what a peer without a certificate shows.
            customValidator: (certificate, _, _, _, _) => certificate is not null && options.Identity.IsTrusted(certificate));
        var setup = BootstrapSetup.Create().WithConfig(first.WithFallback(Settings(options))).And(tls).And(new ColdMessageSetup(options.ColdMessages));
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

    /// <summary>Akka's log goes where the process logs, and nowhere else.</summary>
    internal static Config Logging { get; } = ConfigurationFactory.ParseString($$"""
        akka.loggers = ["{{typeof(AkkaLogger).AssemblyQualifiedName}}"]
        # Where Akka logs before its loggers are there and after they have ended: on standard output, which is for what the user asked for.
        akka.stdout-loglevel = OFF
        # What its loggers have not come to when they end it would put there all the same.
        akka.stdout-logger-class = "{{typeof(LateLogger).AssemblyQualifiedName}}"
        """);

    private static SocketException? SocketFailure(Exception? failure) => failure switch
    {
        null => null,
        SocketException socket => socket,
        AggregateException many => many.InnerExceptions.Select(SocketFailure).FirstOrDefault(s => s is not null),
        _ => SocketFailure(failure.InnerException),
    };
}
