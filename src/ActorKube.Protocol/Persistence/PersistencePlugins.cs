using Akka.Actor;

namespace ActorKube.Protocol.Persistence;

/// <summary>Journal and snapshot store of an actor system, as its persistent actors talk to them.</summary>
/// <param name="Journal">The journal.</param>
/// <param name="Snapshots">The snapshot store.</param>
/// <param name="Patience">How long to wait for an answer that may be lost: when it is over, the plugin has cancelled what it was asked for, so that it may be asked again.</param>
public sealed record PersistencePlugins(IActorRef Journal, IActorRef Snapshots, TimeSpan Patience)
{
    /// <summary>The patience where nothing is known of the plugins.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    /// <summary>The patience with plugins. Read once, when the first persistent actor is there: that merges the whole configuration.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="journal">The journal's id; empty for the one that the system uses unless told otherwise.</param>
    /// <param name="snapshots">The same of the snapshot store.</param>
    public static Lazy<TimeSpan> PatienceOf(ActorSystem system, string journal = "", string snapshots = "") => new(() =>
    {
        var longest = CallTimeout(system, "journal", journal) is var write && CallTimeout(system, "snapshot-store", snapshots) is var save && write > save ? write : save;
        // As much again for an answer on its way.
        return longest * 2 > Least ? longest * 2 : Least;
    });

    // Akka's circuit breaker around every call of a plugin.
    private static TimeSpan CallTimeout(ActorSystem system, string kind, string id)
    {
        const string Timeout = "circuit-breaker.call-timeout";
        var config = system.Settings.Config.GetConfig("akka.persistence");
        var plugin = system.Settings.Config.GetConfig(id.Length > 0 ? id : config.GetString($"{kind}.plugin"));
        return plugin.WithFallback(config.GetConfig($"{kind}-plugin-fallback")).GetTimeSpan(Timeout, Least);
    }
}
