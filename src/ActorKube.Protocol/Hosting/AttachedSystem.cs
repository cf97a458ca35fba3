using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;

namespace ActorKube.Protocol.Hosting;

/// <summary>
/// A process's actor system beside the cluster: it speaks to servers and is no member, so that it costs those nothing but its session (ADR 0182). It knows servers by their addresses: those it was started with, or
/// has been given since.
/// </summary>
public sealed class AttachedSystem : IProcessSystem
{
    private static readonly Config Remote = ConfigurationFactory.ParseString("akka.actor.provider = remote");
    private volatile IReadOnlyList<Address> _servers;

    private AttachedSystem(ActorSystem system, IReadOnlyList<Address> servers)
    {
        System = system;
        _servers = servers;
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new QuarantineWatch()), "quarantine-watch"), typeof(ThisActorSystemQuarantinedEvent));
    }

    /// <inheritdoc/>
    public ActorSystem System { get; }

    /// <summary>Complete: there is nothing to join.</summary>
    public Task Joined => Task.CompletedTask;

    /// <inheritdoc/>
    public Task Ended => System.WhenTerminated;

    /// <inheritdoc/>
    public IReadOnlyList<Address> Servers
    {
        get => _servers;
        set => _servers = value;
    }

    /// <summary>Starts an actor system; nobody has been spoken to yet.</summary>
    /// <param name="options">Its seed nodes are the addresses of servers.</param>
    /// <exception cref="IOException">The address is in use or is none of this machine's.</exception>
    /// <exception cref="ConfigurationException">Akka does not take the settings.</exception>
    /// <exception cref="UriFormatException">The address of a server is none.</exception>
    public static AttachedSystem Start(ClusterSystemOptions options)
    {
        Address[] servers = [.. options.SeedNodes.Select(Address.Parse)];
        return new AttachedSystem(ActorSystems.Create(ClusterSystem.Name, options, Remote), servers);
    }

    /// <summary>Ends the actor system.</summary>
    public ValueTask DisposeAsync() => ActorSystems.EndAsync(System);

    // A server that takes this system for ended hears it no more; it hears a new one.
    private sealed class QuarantineWatch : ReceiveActor
    {
        public QuarantineWatch() => Receive<ThisActorSystemQuarantinedEvent>(End);

        private static void End(ThisActorSystemQuarantinedEvent told) => _ = Context.System.Terminate();
    }
}
