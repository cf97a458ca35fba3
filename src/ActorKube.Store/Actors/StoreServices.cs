using ActorKube.Store.Hosting;
using ActorKube.Store.Views;

namespace ActorKube.Store.Actors;

/// <summary>What the store's actors of one process share.</summary>
internal sealed record StoreServices(StoreOptions Options, TimeProvider Time, ResourceDirectory Directory);
