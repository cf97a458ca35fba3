using ActorKube.Store.Actors;
using ActorKube.Store.Journal;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;

namespace ActorKube.Store.Hosting;

/// <summary>Where a store keeps its journal.</summary>
public abstract record JournalChoice
{
    /// <summary>In the memory of this process; gone with it.</summary>
    public static readonly JournalChoice InMemory = new MemoryChoice();

    /// <summary>In SQLite files in a directory, which is created when missing.</summary>
    public static JournalChoice Sqlite(string directory) => new SqliteChoice(directory);

    /// <summary>In a PostgreSQL database (or what speaks its protocol), for a cluster of machines.</summary>
    /// <param name="connectionString">As Npgsql takes it.</param>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public static JournalChoice PostgreSql(string connectionString) => new PostgreSqlChoice(connectionString);

    /// <summary>True when several processes may share it. Several servers without a shared journal are a configuration error.</summary>
    public bool IsShared { get; internal init; }

    /// <summary>Makes this process's way to where the servers that share it meet; null when nobody shares it.</summary>
    public virtual IMeetingPoint? Meeting() => null;

    /// <summary>Looks whether there is room for a journal to begin. One that is there already goes on without: deletions are taken however full the disk is (ADR 0204).</summary>
    /// <exception cref="JournalUnavailableException">There is no journal yet, and too little room for one.</exception>
    public virtual void RequireRoom(StoreOptions options)
    {
    }

    /// <summary>Directory whose disk the journal fills; null when it is elsewhere.</summary>
    internal virtual string? DiskDirectory => null;

    /// <summary>The plugins' settings, beneath those of the profile.</summary>
    internal abstract Config Config();

    /// <summary>What the plugins need beyond settings. Prepares the tables.</summary>
    internal abstract Setup Setup();

    /// <summary>Copies everything as it is at one moment.</summary>
    /// <exception cref="IOException">There is nothing to copy.</exception>
    internal virtual void CopyTo(SqliteFiles target) => throw new IOException("A journal in memory cannot be copied.");

    /// <summary>Fills the journal, which has to be empty, from a copy, and raises its revisions.</summary>
    /// <returns>Number of resources.</returns>
    /// <exception cref="IOException">It is not empty.</exception>
    internal virtual int Fill(SqliteFiles copy, RevisionRaise raise) => throw new IOException("A journal in memory cannot be restored.");

    private protected static Config Plugins(string journal, string snapshots) => ConfigurationFactory.ParseString(
        $$"""
        akka.persistence.journal.plugin = "{{journal}}"
        akka.persistence.snapshot-store.plugin = "{{snapshots}}"
        akka.persistence.journal-plugin-fallback.replay-filter.mode = off
        akka.actor.serializers.actorkube-store = "{{typeof(StoreMessageSerializer).AssemblyQualifiedName}}"
        akka.actor.serialization-identifiers."{{typeof(StoreMessageSerializer).AssemblyQualifiedName}}" = {{StoreMessageSerializer.Id}}
        akka.actor.serialization-bindings."{{typeof(IStoreMessage).AssemblyQualifiedName}}" = actorkube-store
        akka.actor.serializers.actorkube-journal = "{{typeof(JournalSerializer).AssemblyQualifiedName}}"
        akka.actor.serialization-identifiers."{{typeof(JournalSerializer).AssemblyQualifiedName}}" = {{JournalSerializer.Id}}
        akka.actor.serialization-bindings {
          "{{typeof(Resources.ResourceEvent).AssemblyQualifiedName}}" = actorkube-journal
          "{{typeof(Resources.EncodedSnapshot).AssemblyQualifiedName}}" = actorkube-journal
          "{{typeof(Resources.ResourceSnapshotData).AssemblyQualifiedName}}" = actorkube-journal
        }
        """);

    /// <summary>When a plugin gives up a call, and for how long it is left alone after several.</summary>
    private protected const string CircuitBreaker = "circuit-breaker { max-failures = 5, call-timeout = 10s, reset-timeout = 2s }";

    /// <summary>Snapshots through the persistence library.</summary>
    private protected static Config SqlSnapshots(string provider) => ConfigurationFactory.ParseString(
        $$"""
        akka.persistence.snapshot-store.sql {
          provider-name = "{{provider}}"
          auto-initialize = off
        }
        """).WithFallback(SqlPersistence.DefaultConfiguration);

    private sealed record MemoryChoice : JournalChoice
    {
        internal override Config Config() => Plugins("akka.persistence.journal.inmem", "akka.persistence.snapshot-store.inmem");

        internal override Setup Setup() => new MultiDataOptionsSetup();
    }
}
