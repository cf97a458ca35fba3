using ActorKube.Protocol.Store;
using ActorKube.Store.Actors;
using Akka.Actor;
using Akka.Configuration;

namespace ActorKube.Store.Hosting;

/// <summary>A store in this process alone, without a cluster: for tests, tools and embedding. Starts in some tens of milliseconds.</summary>
public sealed class InProcessStore : IAsyncDisposable
{
    private readonly ActorSystem _system;

    private InProcessStore(ActorSystem system, IActorRef region, StoreServices services)
    {
        _system = system;
        Region = region;
        Store = new ResourceStore(services, region);
    }

    /// <summary>The store.</summary>
    public IResourceStore Store { get; }

    internal IActorRef Region { get; }

    internal ActorSystem System => _system;

    /// <summary>Starts a store.</summary>
    /// <param name="journal">Where it keeps its journal; null for memory.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="time">Clock for timestamps and expiry; null for the system's.</param>
    /// <exception cref="Journal.JournalFormatException">The journal was written by a newer version.</exception>
    public static InProcessStore Start(JournalChoice? journal = null, StoreOptions? options = null, TimeProvider? time = null)
    {
        journal ??= JournalChoice.InMemory;
        var setup = BootstrapSetup.Create().WithConfig(journal.Config().WithFallback(Quiet)).And(journal.Setup()).And(new JournalClock(time ?? TimeProvider.System));
        var system = ActorSystem.Create("actorkube-store", setup);
        var services = StoreServices.For(journal, options ?? new StoreOptions(), time, system);
        return new InProcessStore(system, system.ActorOf(LocalRegion.Props(services), "resources"), services);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The children of the region drain by themselves when asked one by one; here everything in flight may as well be answered with 504.
        await _system.Terminate();
    }

    private static readonly Config Quiet = ConfigurationFactory.ParseString(
        """
        akka.loglevel = WARNING
        akka.stdout-loglevel = WARNING
        akka.log-dead-letters = off
        akka.log-dead-letters-during-shutdown = off
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        """);
}
