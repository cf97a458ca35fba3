using Akka.Actor;

namespace ActorKube.Store.Actors;

/// <summary>Journal and snapshot store of an actor system, as its persistent actors talk to them.</summary>
/// <param name="Journal">The journal.</param>
/// <param name="Snapshots">The snapshot store.</param>
/// <param name="Patience">How long to wait for an answer that may be lost: when it is over, the plugin has cancelled what it was asked for, so that it may be asked again.</param>
internal sealed record PersistencePlugins(IActorRef Journal, IActorRef Snapshots, TimeSpan Patience)
{
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    /// <summary>The patience with the plugins that an actor system uses unless told otherwise. To be asked once: reading it merges the whole configuration.</summary>
    public static TimeSpan PatienceOf(ActorSystem system)
    {
        var longest = CallTimeout(system, "journal") is var write && CallTimeout(system, "snapshot-store") is var save && write > save ? write : save;
        // As much again for an answer on its way.
        return longest * 2 > Least ? longest * 2 : Least;
    }

    // Akka's circuit breaker around every call of a plugin.
    private static TimeSpan CallTimeout(ActorSystem system, string kind)
    {
        const string Timeout = "circuit-breaker.call-timeout";
        var config = system.Settings.Config.GetConfig("akka.persistence");
        var plugin = system.Settings.Config.GetConfig(config.GetString($"{kind}.plugin"));
        return plugin.WithFallback(config.GetConfig($"{kind}-plugin-fallback")).GetTimeSpan(Timeout, Least);
    }
}
