using System.Globalization;
using System.Net.Sockets;
using ActorKube.Store.Hosting;
using LinqToDB;
using Npgsql;

namespace ActorKube.Store.Journal;

/// <summary>The tables of a store that several processes share.</summary>
internal sealed class PostgreSqlDatabase(string connectionString)
{
    /// <summary>Held while tables are created: any number, the same for every server.</summary>
    private const long SetupLock = 7_101_001;

    // Shorter than it takes until a silent server is out of the cluster, so that its heir finds the way free.
    private const int IdleTransactionMilliseconds = 5_000;

    /// <summary>
    /// For the journal's connections. A server that is held, or cut off, in the middle of a transaction would keep whoever takes over from writing the same numbers for as long as the database waits for it, which is
    /// hours: an insertion waits until it is known whether the other one with its key is undone.
    /// </summary>
    public DataOptions Options()
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        // What the user says comes last, and counts.
        settings.Options = $"-c idle_in_transaction_session_timeout={IdleTransactionMilliseconds} {settings.Options}";
        return new DataOptions().UseConnectionString(ProviderName.PostgreSQL15, settings.ConnectionString);
    }

    /// <summary>Creates the tables where they are missing. Several servers may do so at once.</summary>
    /// <exception cref="JournalFormatException">The journal was written by a newer version.</exception>
    /// <exception cref="JournalUnavailableException">The database cannot be reached or refuses.</exception>
    public void Prepare()
    {
        try
        {
            PrepareTables();
        }
        catch (Exception failure) when (IsUnavailable(failure))
        {
            throw Unavailable(failure);
        }
    }

    /// <summary>Opens the connection that a server's presence hangs on.</summary>
    public async Task<NpgsqlConnection> OpenPresenceAsync(CancellationToken cancel)
    {
        // The server notices within half a minute that the machine at the other end has gone: nobody closes the connection then.
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            ApplicationName = "actorkube presence",
        };
        settings.Options = $"{settings.Options} -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4";
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether a failure is one of the database or of the way there.</summary>
    public static bool IsUnavailable(Exception failure) => failure is NpgsqlException or SocketException or TimeoutException;

    /// <summary>The failure in words for whoever starts a server.</summary>
    public JournalUnavailableException Unavailable(Exception failure)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var cause = failure is PostgresException refused ? refused.MessageText : (failure.InnerException ?? failure).Message;
        return new JournalUnavailableException($"The journal's database '{settings.Database}' at {settings.Host}:{settings.Port} cannot be used: {cause.TrimEnd('.')}.", failure);
    }

    private void PrepareTables()
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var transaction = connection.BeginTransaction();
        connection.Execute($"SELECT pg_advisory_xact_lock({SetupLock})");
        connection.Execute(JournalTables.PostgreSql);
        var version = connection.Execute("SELECT max(version) FROM actorkube_format");
        if (version is int found && found > JournalFormat.Version)
            throw JournalFormatException.Newer(found);
        if (version is not int)
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO actorkube_format VALUES ({JournalFormat.Version})"));
        transaction.Commit();
    }
}
