using System.Data.Common;
using ActorKube.Store.Resources;
using LinqToDB;
using Microsoft.Data.Sqlite;

namespace ActorKube.Store.Journal;

/// <summary>
/// The two SQLite files of an embedded store. Snapshots have a file of their own: writing a large one holds that file's write lock only.
/// </summary>
internal sealed class SqliteFiles(string directory)
{
    public string JournalFile => Path.Combine(directory, "journal.db");

    public string SnapshotFile => Path.Combine(directory, "snapshots.db");

    /// <summary>Creates directory, files and tables where they are missing.</summary>
    /// <exception cref="JournalFormatException">The journal was written by a newer version.</exception>
    public void Prepare()
    {
        Directory.CreateDirectory(directory);
        Prepare(JournalFile, JournalTables.SqliteJournal);
        Prepare(SnapshotFile, JournalTables.SqliteSnapshots);
    }

    /// <summary>A connection to the journal, from the pool.</summary>
    public SqliteConnection OpenJournal() => Open(JournalFile);

    public DataOptions Snapshots() =>
        new DataOptions().UseConnectionString(ProviderName.SQLiteMS, ConnectionString(SnapshotFile)).UseAfterConnectionOpened(Configure);

    /// <exception cref="JournalFormatException">The journal was written by a newer version.</exception>
    public void RequireReadable()
    {
        using var connection = Open(JournalFile);
        CheckVersion(connection);
    }

    /// <summary>Copies a file that may be in use, as it is at one moment.</summary>
    public static void CopyOnline(string file, string target)
    {
        using var from = Open(file);
        using var to = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = target, Pooling = false }.ToString());
        to.Open();
        from.BackupDatabase(to);
    }

    /// <summary>Adds to every resource an entry far above its last one; it continues from there.</summary>
    /// <returns>Number of resources.</returns>
    public int RaiseRevisions(long raise, DateTimeOffset now, int serializer)
    {
        using var connection = Open(JournalFile);
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            ATTACH DATABASE $snapshots AS snapshots;
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier)
            SELECT $created, 0, persistence_id, max(last) + $raise, $message, $manifest, $serializer FROM (
              SELECT persistence_id, max(sequence_number) AS last FROM journal WHERE identifier = $serializer GROUP BY persistence_id
              UNION ALL
              SELECT persistence_id, max(sequence_number) FROM snapshots.snapshot WHERE serializer_id = $serializer GROUP BY persistence_id)
            GROUP BY persistence_id;
            """;
        var entry = new RevisionsRaised(now);
        command.Parameters.AddWithValue("$snapshots", SnapshotFile);
        command.Parameters.AddWithValue("$created", now.UtcTicks);
        command.Parameters.AddWithValue("$raise", raise);
        command.Parameters.AddWithValue("$message", JournalFormat.Write(entry));
        command.Parameters.AddWithValue("$manifest", JournalFormat.Manifest(entry));
        command.Parameters.AddWithValue("$serializer", serializer);
        return command.ExecuteNonQuery();
    }

    public static string ConnectionString(string file) => new SqliteConnectionStringBuilder { DataSource = file, Pooling = true, DefaultTimeout = 30 }.ToString();

    private static void Prepare(string file, string tables)
    {
        using var connection = Open(file);
        CheckVersion(connection);
        // WAL is a property of the file and stays; it has to be switched on outside a transaction.
        Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, $"BEGIN IMMEDIATE; {tables} PRAGMA user_version = {JournalFormat.Version}; COMMIT");
    }

    private static void CheckVersion(SqliteConnection connection)
    {
        if (Convert.ToInt32(Execute(connection, "PRAGMA user_version")) is var version && version > JournalFormat.Version)
            throw JournalFormatException.Newer(version);
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(ConnectionString(file));
        connection.Open();
        Configure(connection);
        return connection;
    }

    /// <summary>
    /// Settings that SQLite keeps per connection. The busy timeout makes SQLite itself wait for a lock in steps of milliseconds; without it the client library polls
    /// every 150 ms.
    /// </summary>
    private static void Configure(DbConnection connection) =>
        Execute(connection, "PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000");

    private static object? Execute(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements are constants of this program.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
