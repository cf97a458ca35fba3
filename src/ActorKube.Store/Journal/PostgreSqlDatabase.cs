using System.Globalization;
using LinqToDB;
using Npgsql;

namespace ActorKube.Store.Journal;

/// <summary>The tables of a store that several processes share.</summary>
internal sealed class PostgreSqlDatabase(string connectionString)
{
    /// <summary>Held while tables are created: any number, the same for every server.</summary>
    private const long SetupLock = 7_101_001;

    public DataOptions Options() => new DataOptions().UseConnectionString(ProviderName.PostgreSQL15, connectionString);

    /// <summary>Creates the tables where they are missing. Several servers may do so at once.</summary>
    /// <exception cref="JournalFormatException">The journal was written by a newer version.</exception>
    public void Prepare()
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var transaction = connection.BeginTransaction();
        Execute(connection, $"SELECT pg_advisory_xact_lock({SetupLock})");
        Execute(connection, JournalTables.PostgreSql);
        var version = Execute(connection, "SELECT max(version) FROM actorkube_format");
        if (version is int found && found > JournalFormat.Version)
            throw JournalFormatException.Newer(found);
        if (version is not int)
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"INSERT INTO actorkube_format VALUES ({JournalFormat.Version})"));
        transaction.Commit();
    }

    private static object? Execute(NpgsqlConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements are constants of this program.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
