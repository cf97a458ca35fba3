using System.Text.Encodings.Web;
using System.Text.Json;
using ActorKube.Store.Actors;
using ActorKube.Store.Journal;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;
using LinqToDB;

namespace ActorKube.Store.Hosting;

/// <summary>SQLite files in a directory: a journal of our own, snapshots through the persistence library.</summary>
/// <param name="Directory">The directory.</param>
internal sealed record SqliteChoice(string Directory) : JournalChoice
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal override string DiskDirectory => Directory;

    public override void RequireRoom(StoreOptions options)
    {
        if (!new SqliteFiles(Directory).Exists && DiskSpace.Free(Directory) is { } free && free < options.MinFreeSpace)
            throw new JournalUnavailableException(
                $"The disk of {Directory} has {free >> 20} MiB free, and a journal does not begin with less than the {options.MinFreeSpace >> 20} MiB of actorkube.store.min-free-space: make room on that disk, name a directory of another one, or lower that setting.");
    }

    internal override Config Config() => ConfigurationFactory.ParseString(
        $$"""
        {{SqliteJournal.ConfigPath}} {
          class = "{{typeof(SqliteJournal).AssemblyQualifiedName}}"
          plugin-dispatcher = "akka.actor.default-dispatcher"
          directory = {{JsonSerializer.Serialize(Path.GetFullPath(Directory), Readable)}}
          {{CircuitBreaker}}
        }
        """).WithFallback(Plugins(SqliteJournal.ConfigPath, SqlPersistence.SnapshotStoreConfigPath)).WithFallback(SqlSnapshots(ProviderName.SQLiteMS));

    internal override Setup Setup()
    {
        var files = new SqliteFiles(Directory);
        files.Prepare();
        var setup = new MultiDataOptionsSetup();
        setup.AddDataOptions(SqlPersistence.SnapshotStoreConfigPath, files.Snapshots());
        return setup;
    }

    internal override void CopyTo(SqliteFiles target)
    {
        var files = new SqliteFiles(Directory);
        files.RequireStore();
        files.RequireReadable();
        files.CopyTo(target);
    }

    internal override int Fill(SqliteFiles copy, RevisionRaise raise)
    {
        var files = new SqliteFiles(Directory);
        files.RequireAbsent();
        copy.CopyTo(files);
        files.Prepare();
        var restored = files.RaiseRevisions(raise);
        files.Release();
        return restored;
    }
}
