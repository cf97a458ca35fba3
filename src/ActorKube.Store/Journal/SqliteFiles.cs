using System.Data.Common;
using ActorKube.Store.Hosting;
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

    /// <summary>True when one of the files is there.</summary>
    public bool Exists => File.Exists(JournalFile) || File.Exists(SnapshotFile);

    /// <summary>Creates directory, files and tables where they are missing.</summary>
    /// <exception cref="JournalFormatException">The journal was written by a newer version.</exception>
    /// <exception cref="JournalUnavailableException">The files cannot be opened or written, or are damaged.</exception>
    public void Prepare()
    {
        try
        {
            Directory.CreateDirectory(directory);
            Prepare(JournalFile, JournalTables.SqliteJournal);
            Prepare(SnapshotFile, JournalTables.SqliteSnapshots);
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new JournalUnavailableException($"The journal in {directory} cannot be used: {failure.Message.TrimEnd('.')}.", failure);
        }
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

    /// <exception cref="IOException">There are no such files.</exception>
    public void RequireStore()
    {
        if (!File.Exists(JournalFile) || !File.Exists(SnapshotFile))
            throw new IOException($"There is no store in '{directory}'.");
    }

    /// <exception cref="IOException">There are such files.</exception>
    public void RequireAbsent()
    {
        if (Exists)
            throw new IOException($"There is a store in '{directory}' already.");
    }

    /// <summary>Copies a store that may be in use, as it is at one moment. Writers wait for that moment and not for the copying.</summary>
    public void CopyTo(SqliteFiles target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target.JournalFile)!);
        using var journal = Open(JournalFile);
        using var snapshots = Open(SnapshotFile);
        using (Held(SnapshotFile))
        using (Held(JournalFile))
        {
            // While nobody can write, both begin to read: each goes on seeing its file as it is now.
            foreach (var reader in (SqliteConnection[])[journal, snapshots])
                reader.Execute("BEGIN; SELECT count(*) FROM sqlite_schema");
        }
        CopyTo(target.JournalFile, journal);
        CopyTo(target.SnapshotFile, snapshots);
    }

    // The snapshots' file is held first: who writes a large one may have it for long, and the journal must not wait for that.
    private static WriteLock Held(string file) => new(Open(file));

    private static void CopyTo(string target, SqliteConnection from)
    {
        using var to = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = target, Pooling = false }.ToString());
        to.Open();
        from.BackupDatabase(to);
        from.Execute("ROLLBACK");
    }

    /// <summary>Keeps everybody from writing to a file.</summary>
    private sealed class WriteLock : IDisposable
    {
        private readonly SqliteConnection _connection;

        public WriteLock(SqliteConnection connection)
        {
            _connection = connection;
            connection.Execute("BEGIN IMMEDIATE");
        }

        public void Dispose()
        {
            _connection.Execute("ROLLBACK");
            _connection.Dispose();
        }
    }

    /// <summary>Adds to every resource an entry far above its last one; it continues from there.</summary>
    /// <returns>Number of resources.</returns>
    public int RaiseRevisions(RevisionRaise raise)
    {
        var last = LastRevisions(raise.Serializer);
        using var connection = Open(JournalFile);
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier)
            VALUES ($created, 0, $id, $number, $message, $manifest, $serializer)
            """;
        command.Parameters.AddWithValue("$created", raise.CreatedTicks);
        command.Parameters.AddWithValue("$message", raise.Message);
        command.Parameters.AddWithValue("$manifest", raise.Manifest);
        command.Parameters.AddWithValue("$serializer", raise.Serializer);
        var id = command.Parameters.Add("$id", SqliteType.Text);
        var number = command.Parameters.Add("$number", SqliteType.Integer);
        foreach (var (resource, revision) in last)
        {
            id.Value = resource;
            number.Value = revision + raise.By;
            command.ExecuteNonQuery();
        }
        transaction.Commit();
        return last.Count;
    }

    /// <summary>The last revision of every resource, in the journal or in its snapshot.</summary>
    /// <param name="serializer">Identifier of the serializer that entries of resources have, unlike those of controllers.</param>
    public IReadOnlyList<KeyValuePair<string, long>> LastRevisions(int serializer)
    {
        using var connection = Open(JournalFile);
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            ATTACH DATABASE $snapshots AS snapshots;
            SELECT persistence_id, max(last) FROM (
              SELECT persistence_id, max(sequence_number) AS last FROM journal WHERE identifier = $serializer GROUP BY persistence_id
              UNION ALL
              SELECT persistence_id, max(sequence_number) FROM snapshots.snapshot WHERE serializer_id = $serializer GROUP BY persistence_id)
            GROUP BY persistence_id;
            """;
        command.Parameters.AddWithValue("$snapshots", SnapshotFile);
        command.Parameters.AddWithValue("$serializer", serializer);
        var last = new List<KeyValuePair<string, long>>();
        using (var reader = command.ExecuteReader())
            while (reader.Read())
                last.Add(new(reader.GetString(0), reader.GetInt64(1)));
        // The connection goes back to its pool.
        connection.Execute("DETACH DATABASE snapshots");
        return last;
    }

    /// <summary>A connection to one of the files, with the settings that ours have.</summary>
    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(ConnectionString(file));
        connection.Open();
        Configure(connection);
        return connection;
    }

    /// <summary>Closes what is pooled, so that the files can be moved or removed.</summary>
    public void Release()
    {
        foreach (var file in (string[])[JournalFile, SnapshotFile])
        {
            using var pooled = new SqliteConnection(ConnectionString(file));
            SqliteConnection.ClearPool(pooled);
        }
    }

    public static string ConnectionString(string file) => new SqliteConnectionStringBuilder { DataSource = file, Pooling = true, DefaultTimeout = 30 }.ToString();

    private static void Prepare(string file, string tables)
    {
        using var connection = Open(file);
        CheckVersion(connection);
        // WAL is a property of the file and stays; it has to be switched on outside a transaction.
        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute($"BEGIN IMMEDIATE; {tables} PRAGMA user_version = {JournalFormat.Version}; COMMIT");
    }

    private static void CheckVersion(SqliteConnection connection)
    {
        if (Convert.ToInt32(connection.Execute("PRAGMA user_version")) is var version && version > JournalFormat.Version)
            throw JournalFormatException.Newer(version);
    }

    /// <summary>
    /// Settings that SQLite keeps per connection. The busy timeout makes SQLite itself wait for a lock in steps of milliseconds; without it the client library polls
    /// every 150 ms.
    /// </summary>
    private static void Configure(DbConnection connection) =>
        connection.Execute("PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000");
}
