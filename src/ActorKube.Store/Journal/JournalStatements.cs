using Microsoft.Data.Sqlite;

namespace ActorKube.Store.Journal;

/// <summary>
/// The statements of the connection that writes an SQLite journal, prepared once: binding and stepping is all that an entry costs. The table is the one that the
/// persistence library would use, so that either can read what the other has written.
/// </summary>
internal sealed class JournalStatements : IDisposable
{
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _rollback;
    private readonly InsertStatement _insert;
    private readonly SqliteCommand _highest;
    private readonly SqliteCommand _mark;
    private readonly SqliteCommand _delete;

    public JournalStatements(SqliteConnection connection)
    {
        _begin = Prepare(connection, "BEGIN IMMEDIATE");
        _commit = Prepare(connection, "COMMIT");
        _rollback = Prepare(connection, "ROLLBACK");
        _insert = new InsertStatement(connection);
        _highest = Prepare(connection, "SELECT max(sequence_number) FROM journal WHERE persistence_id = $id", "$id");
        _mark = Prepare(
            connection,
            """
            UPDATE journal SET deleted = 1 WHERE persistence_id = $id
            AND sequence_number = (SELECT max(sequence_number) FROM journal WHERE persistence_id = $id AND sequence_number <= $to)
            """,
            "$id", "$to");
        _delete = Prepare(
            connection,
            """
            DELETE FROM journal WHERE persistence_id = $id
            AND sequence_number < (SELECT max(sequence_number) FROM journal WHERE persistence_id = $id AND sequence_number <= $to)
            """,
            "$id", "$to");
    }

    public void Begin() => _begin.ExecuteNonQuery();

    public void Commit() => _commit.ExecuteNonQuery();

    /// <summary>Takes back what is open. Some failures have done so already, which is not an error.</summary>
    public void Rollback()
    {
        try
        {
            _rollback.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // No transaction is open: SQLite rolled back by itself.
        }
    }

    public void Insert(in JournalRow row) => _insert.Run(row);

    /// <summary>The highest number that was ever given; 0 for none.</summary>
    public long Highest(string persistenceId)
    {
        _highest.Parameters[0].Value = persistenceId;
        return _highest.ExecuteScalar() is long number ? number : 0;
    }

    /// <summary>
    /// Deletes the entries up to a number. The last of them stays, marked and never replayed: the highest number must not be forgotten when it is deleted.
    /// </summary>
    public void Delete(string persistenceId, long to)
    {
        Execute(_mark, persistenceId, to);
        Execute(_delete, persistenceId, to);
    }

    public void Dispose()
    {
        _insert.Dispose();
        foreach (var command in (SqliteCommand[])[_begin, _commit, _rollback, _highest, _mark, _delete])
            command.Dispose();
    }

    private static void Execute(SqliteCommand command, string persistenceId, long to)
    {
        command.Parameters[0].Value = persistenceId;
        command.Parameters[1].Value = to;
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements are constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }
}
