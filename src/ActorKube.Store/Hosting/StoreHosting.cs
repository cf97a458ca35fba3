using ActorKube.Protocol.Store;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ActorKube.Store.Hosting;

/// <summary>Registers the store with a host.</summary>
public static class StoreHosting
{
    /// <summary>Gives the host's actor system what the store needs.</summary>
    /// <exception cref="Journal.JournalFormatException">The journal was written by a newer version.</exception>
    public static AkkaConfigurationBuilder WithActorKubeStore(this AkkaConfigurationBuilder builder, JournalChoice journal)
    {
        var (config, setup) = ClusterStore.Prepare(journal);
        builder.AddHocon(config, HoconAddMode.Append);
        builder.AddSetup(setup);
        return builder;
    }

    /// <summary>Registers <see cref="IResourceStore"/>. It starts with the actor system, which needs <see cref="WithActorKubeStore"/>.</summary>
    public static IServiceCollection AddActorKubeStore(this IServiceCollection services, JournalChoice journal, StoreOptions? options = null) =>
        services.AddSingleton(provider => ClusterStore.Start(
            provider.GetRequiredService<ActorSystem>(), journal, options, provider.GetService<TimeProvider>()).Store);
}
