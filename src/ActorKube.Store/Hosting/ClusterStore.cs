using ActorKube.Protocol.Hosting;
using ActorKube.Protocol.Store;
using ActorKube.Store.Actors;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;

namespace ActorKube.Store.Hosting;

/// <summary>The store of one process of the control plane, in an actor system that is (or will be) a member of the cluster with role <c>control-plane</c>.</summary>
public sealed class ClusterStore
{
    private readonly StoreServices _services;

    private ClusterStore(IResourceStore store, StoreServices services)
    {
        Store = store;
        _services = services;
    }

    /// <summary>The store.</summary>
    public IResourceStore Store { get; }

    /// <summary>The resources whose owner lives in this process at this moment.</summary>
    public IReadOnlyCollection<ResourceId> Owned => _services.Directory.Owned;

    /// <summary>What the actor system has to be created with, beneath the process's own configuration. Prepares the journal's tables.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="time">Clock for the times of entries; null for the system's.</param>
    /// <exception cref="Journal.JournalFormatException">The journal was written by a newer version.</exception>
    public static (Config Config, IReadOnlyList<Setup> Setups) Prepare(JournalChoice journal, TimeProvider? time = null) =>
        (journal.Config().WithFallback(StoreOptions.Reference), [journal.Setup(), new JournalClock(time ?? TimeProvider.System)]);

    /// <summary>Starts the shard region. Resources come up when they are first asked for.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="journal">The journal that the system was prepared for.</param>
    /// <param name="options">Settings; null for those in the system's configuration.</param>
    /// <param name="time">Clock and timers; null for the system's.</param>
    public static ClusterStore Start(ActorSystem system, JournalChoice journal, StoreOptions? options = null, TimeProvider? time = null)
    {
        options ??= StoreOptions.From(system.Settings.Config);
        var services = StoreServices.For(journal, options, time, system);
        if (journal.IsShared)
            system.ActorOf(JournalWarmUp.Props(), "actorkube-journal-warm-up");
        var region = ResourceRegion.Start(system, services);
        RegionEnd.SoonAfterLastEntity(system, region, () => services.Directory.Owned.Count == 0, services.Time);
        return new ClusterStore(new ResourceStore(services, system.ActorOf(ReplicaManager.Props(services, region), "actorkube-replicas")), services);
    }
}
