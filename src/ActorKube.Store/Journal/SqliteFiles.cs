using System.Data.Common;
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

    public DataOptions Journal() => Options(JournalFile);

    public DataOptions Snapshots() => Options(SnapshotFile);

    public static string ConnectionString(string file) => new SqliteConnectionStringBuilder { DataSource = file, Pooling = true, DefaultTimeout = 30 }.ToString();

    private static DataOptions Options(string file) =>
        new DataOptions().UseConnectionString(ProviderName.SQLiteMS, ConnectionString(file)).UseAfterConnectionOpened(Configure);

    private static void Prepare(string file, string tables)
    {
        using var connection = new SqliteConnection(ConnectionString(file));
        connection.Open();
        Configure(connection);
        // WAL is a property of the file and stays; it has to be switched on outside a transaction.
        Execute(connection, "PRAGMA journal_mode = WAL");
        if (Convert.ToInt32(Execute(connection, "PRAGMA user_version")) is var version && version > JournalFormat.Version)
            throw JournalFormatException.Newer(version);
        Execute(connection, $"BEGIN IMMEDIATE; {tables} PRAGMA user_version = {JournalFormat.Version}; COMMIT");
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
