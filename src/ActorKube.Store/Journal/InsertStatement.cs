using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace ActorKube.Store.Journal;

/// <summary>The statement that writes an entry, without the provider's parameters: those make an object for each value of each entry. For the thread of its connection.</summary>
internal sealed class InsertStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <summary>Prepares it.</summary>
    /// <param name="connection">An open connection.</param>
    /// <exception cref="SqliteException">The table is not there.</exception>
    public InsertStatement(SqliteConnection connection)
    {
        _database = connection.Handle!;
        Check(sqlite3_prepare_v2(
            _database,
            """
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
            VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7)
            """,
            out _statement));
    }

    /// <summary>Writes an entry.</summary>
    /// <exception cref="SqliteException">It is there already, or the database does not take it.</exception>
    public void Run(in JournalRow row)
    {
        Check(sqlite3_bind_int64(_statement, 1, row.Created));
        Check(sqlite3_bind_text(_statement, 2, row.PersistenceId));
        Check(sqlite3_bind_int64(_statement, 3, row.SequenceNr));
        Check(sqlite3_bind_blob(_statement, 4, row.Message));
        Check(sqlite3_bind_text(_statement, 5, row.Manifest));
        Check(sqlite3_bind_int64(_statement, 6, row.Serializer));
        Check(sqlite3_bind_text(_statement, 7, row.Writer));
        try
        {
            Check(sqlite3_step(_statement));
        }
        finally
        {
            // Says once more what the step has said.
            sqlite3_reset(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
