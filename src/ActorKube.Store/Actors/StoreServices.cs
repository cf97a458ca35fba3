using ActorKube.Protocol.Persistence;
using ActorKube.Store.Hosting;
using ActorKube.Store.Views;
using Akka.Actor;
using Akka.Event;

namespace ActorKube.Store.Actors;

/// <summary>What the store's actors of one process share.</summary>
/// <param name="Options">Settings.</param>
/// <param name="Time">Clock and timers.</param>
/// <param name="Directory">What this process can reach.</param>
/// <param name="SharedJournal">True when other processes can write to the journal: owners confirm that they still own before they answer consistent reads.</param>
/// <param name="Space">Whether the journal's disk has room.</param>
/// <param name="PluginPatience">How long journal and snapshot store are waited for: <see cref="PersistencePlugins.Patience"/>.</param>
internal sealed record StoreServices(StoreOptions Options, TimeProvider Time, ResourceDirectory Directory, bool SharedJournal, SpaceGuard Space, Lazy<TimeSpan> PluginPatience)
{
    public static StoreServices For(JournalChoice journal, StoreOptions options, TimeProvider? time, ActorSystem system)
    {
        time ??= TimeProvider.System;
        var space = new SpaceGuard(journal.DiskDirectory, options.MinFreeSpace, time, Logging.GetLogger(system, typeof(SpaceGuard)));
        system.RegisterOnTermination(space.Stop);
        return new StoreServices(options, time, new ResourceDirectory(), journal.IsShared, space, PersistencePlugins.PatienceOf(system));
    }
}
