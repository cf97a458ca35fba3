using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace ActorKube.Store.Journal;

/// <summary>Moves a whole journal between PostgreSQL and the files of an embedded store; each way is one transaction on the side of PostgreSQL.</summary>
internal sealed class PostgreSqlCopy(string connectionString)
{
    private static readonly (string Name, NpgsqlDbType Type)[] JournalColumns =
    [
        ("created", NpgsqlDbType.Bigint), ("deleted", NpgsqlDbType.Boolean), ("persistence_id", NpgsqlDbType.Varchar), ("sequence_number", NpgsqlDbType.Bigint),
        ("message", NpgsqlDbType.Bytea), ("tags", NpgsqlDbType.Varchar), ("manifest", NpgsqlDbType.Varchar), ("identifier", NpgsqlDbType.Integer),
        ("writer_uuid", NpgsqlDbType.Varchar),
    ];

    private static readonly (string Name, NpgsqlDbType Type)[] SnapshotColumns =
    [
        ("persistence_id", NpgsqlDbType.Varchar), ("sequence_number", NpgsqlDbType.Bigint), ("created", NpgsqlDbType.Bigint), ("manifest", NpgsqlDbType.Varchar),
        ("snapshot", NpgsqlDbType.Bytea), ("serializer_id", NpgsqlDbType.Integer),
    ];

    /// <summary>Copies the journal as it is at one moment; servers go on writing meanwhile.</summary>
    /// <exception cref="IOException">The database holds no journal.</exception>
    /// <exception cref="JournalFormatException">The journal was written by a newer version.</exception>
    public void Export(SqliteFiles target)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
        RequireJournal(connection);
        target.Prepare();
        Export(connection, target.JournalFile, "journal", JournalColumns, "ordering");
        Export(connection, target.SnapshotFile, "snapshot", SnapshotColumns, "persistence_id, sequence_number");
    }

    /// <summary>Fills an empty database, all or nothing.</summary>
    /// <returns>Number of resources.</returns>
    /// <exception cref="IOException">The database holds a journal already.</exception>
    public int Import(SqliteFiles copy, RevisionRaise raise)
    {
        new PostgreSqlDatabase(connectionString).Prepare();
        using var connection = Open();
        using var transaction = connection.BeginTransaction();
        // Nobody else may begin to use the database between the look and the commit.
        Scalar(connection, "LOCK TABLE journal, snapshot IN ACCESS EXCLUSIVE MODE");
        if (Scalar(connection, "SELECT 1 FROM journal LIMIT 1") is not null || Scalar(connection, "SELECT 1 FROM snapshot LIMIT 1") is not null)
            throw new IOException("There is a journal in this database already; restore into an empty one.");
        Import(connection, copy.SnapshotFile, "snapshot", SnapshotColumns, "persistence_id, sequence_number", []);
        var last = copy.LastRevisions(raise.Serializer);
        var raised = last.Select(r => (object?[])[raise.CreatedTicks, false, r.Key, r.Value + raise.By, raise.Message, null, raise.Manifest, raise.Serializer, null]);
        Import(connection, copy.JournalFile, "journal", JournalColumns, "ordering", raised);
        transaction.Commit();
        return last.Count;
    }

    private static void Export(NpgsqlConnection connection, string file, string table, (string Name, NpgsqlDbType Type)[] columns, string order)
    {
        var names = string.Join(", ", columns.Select(c => c.Name));
        using var target = SqliteFiles.Open(file);
        using var all = target.BeginTransaction();
        using var insert = Command(target, $"INSERT INTO {table} ({names}) VALUES ({string.Join(", ", columns.Select(c => $"${c.Name}"))})");
        foreach (var column in columns)
            insert.Parameters.AddWithValue($"${column.Name}", null);
        using var select = Command(connection, $"SELECT {names} FROM {table} ORDER BY {order}");
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            for (var i = 0; i < columns.Length; i++)
                insert.Parameters[i].Value = rows[i];
            insert.ExecuteNonQuery();
        }
        all.Commit();
    }

    private static void Import(NpgsqlConnection connection, string file, string table, (string Name, NpgsqlDbType Type)[] columns, string order, IEnumerable<object?[]> further)
    {
        var names = string.Join(", ", columns.Select(c => c.Name));
        using var source = SqliteFiles.Open(file);
        using var select = Command(source, $"SELECT {names} FROM {table} ORDER BY {order}");
        using var rows = select.ExecuteReader();
        using var importer = connection.BeginBinaryImport($"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)");
        var row = new object?[columns.Length];
        while (rows.Read())
        {
            rows.GetValues(row!);
            Write(importer, columns, row);
        }
        foreach (var one in further)
            Write(importer, columns, one);
        importer.Complete();
    }

    private static void Write(NpgsqlBinaryImporter importer, (string Name, NpgsqlDbType Type)[] columns, object?[] row)
    {
        importer.StartRow();
        for (var i = 0; i < columns.Length; i++)
            switch (columns[i].Type, row[i])
            {
                case (_, null or DBNull):
                    importer.WriteNull();
                    break;
                // SQLite knows one kind of whole numbers only.
                case (NpgsqlDbType.Boolean, long number):
                    importer.Write(number != 0, NpgsqlDbType.Boolean);
                    break;
                case (NpgsqlDbType.Integer, long number):
                    importer.Write((int)number, NpgsqlDbType.Integer);
                    break;
                case (var type, { } value):
                    importer.Write(value, type);
                    break;
            }
    }

    private static void RequireJournal(NpgsqlConnection connection)
    {
        if (Scalar(connection, "SELECT to_regclass('actorkube_format')::text") is not string || Scalar(connection, "SELECT max(version) FROM actorkube_format") is not int found)
            throw new IOException("There is no journal in this database.");
        if (found > JournalFormat.Version)
            throw JournalFormatException.Newer(found);
    }

    private NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        return connection;
    }

    private static object? Scalar(NpgsqlConnection connection, string sql)
    {
        using var command = Command(connection, sql);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql) => (NpgsqlCommand)With(connection.CreateCommand(), sql);

    private static SqliteCommand Command(SqliteConnection connection, string sql) => (SqliteCommand)With(connection.CreateCommand(), sql);

    private static DbCommand With(DbCommand command, string sql)
    {
#pragma warning disable CA2100 // Statements are made of constants of this program.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
