using ActorKube.Store.Hosting;
using Npgsql;

namespace ActorKube.Store.Journal;

/// <summary>
/// Presence is an advisory lock, shared by all servers that are members and held alone by one that forms the cluster: PostgreSQL releases it with the connection, so that no clock
/// decides who lives. The addresses are rows, which a server that was killed leaves behind; old ones are passed over.
/// </summary>
/// <param name="database">The journal's.</param>
/// <param name="statementSeconds">How long the database may take for a statement, other than the one that waits for the lock; after that it counts as away.</param>
internal sealed class PostgreSqlMeetingPoint(PostgreSqlDatabase database, int statementSeconds = PostgreSqlMeetingPoint.StatementSeconds) : IMeetingPoint
{
    private const int StatementSeconds = 10;
    private const int Unbounded = 0;
    private const long PresenceLock = 7_101_002;

    // Members enter every few seconds.
    private const string Present = "1 minute";

    // Members cannot enter while the database is away, nor while somebody is alone: how old their entries are says nothing then.
    private const string Ever = "1 day";

    private readonly SemaphoreSlim _turn = new(1);
    private NpgsqlConnection? _connection;
    private bool _alone;
    private bool _present;

    public Task<bool> TryBeAloneAsync(CancellationToken cancel) => TakeTurnAsync(async () =>
    {
        if (!_alone && !_present)
            _alone = await AskAsync<bool>($"SELECT pg_try_advisory_lock({PresenceLock})", cancel);
        return _alone;
    }, cancel);

    public Task<IReadOnlyList<MetServer>> EnterAsync(MetServer server, CancellationToken cancel) => TakeTurnAsync(async () =>
    {
        if (!_present)
        {
            // Waits while another server is forming the cluster.
            await using var wait = await CommandAsync($"SELECT pg_advisory_lock_shared({PresenceLock})", cancel);
            wait.CommandTimeout = Unbounded;
            await wait.ExecuteNonQueryAsync(cancel);
            _present = true;
        }
        await TellAsync(
            "INSERT INTO actorkube_servers (address, cluster, seen) VALUES ($1, $2, now()) ON CONFLICT (address) DO UPDATE SET cluster = excluded.cluster, seen = excluded.seen",
            cancel, server.Address, server.Cluster);
        if (_alone)
        {
            await TellAsync($"SELECT pg_advisory_unlock({PresenceLock})", cancel);
            _alone = false;
        }
        await TellAsync($"DELETE FROM actorkube_servers WHERE seen < now() - interval '{Ever}'", cancel);
        return await ReadAsync(server.Address, Present, cancel);
    }, cancel);

    public Task<IReadOnlyList<MetServer>> LookAsync(CancellationToken cancel) => TakeTurnAsync(() => ReadAsync("", _alone ? Ever : Present, cancel), cancel);

    public async ValueTask DisposeAsync()
    {
        await ForgetAsync();
        _turn.Dispose();
    }

    private async Task<IReadOnlyList<MetServer>> ReadAsync(string except, string since, CancellationToken cancel)
    {
        var found = new List<MetServer>();
        await using var command = await CommandAsync(
            $"SELECT address, cluster FROM actorkube_servers WHERE address <> $1 AND seen > now() - interval '{since}' ORDER BY seen DESC", cancel, except);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
            found.Add(new MetServer(rows.GetString(0), rows.GetString(1)));
        return found;
    }

    private async Task<T> TakeTurnAsync<T>(Func<Task<T>> act, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return await act();
        }
        // The last: a connection that broke in the middle of its use.
        catch (Exception failure) when (PostgreSqlDatabase.IsUnavailable(failure) || failure is InvalidOperationException)
        {
            await ForgetAsync();
            throw database.Unavailable(failure);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<T> AskAsync<T>(string sql, CancellationToken cancel)
    {
        await using var command = await CommandAsync(sql, cancel);
        return (T)(await command.ExecuteScalarAsync(cancel))!;
    }

    private async Task TellAsync(string sql, CancellationToken cancel, params string[] values)
    {
        await using var command = await CommandAsync(sql, cancel, values);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private async Task<NpgsqlCommand> CommandAsync(string sql, CancellationToken cancel, params string[] values)
    {
        if (_connection is { FullState: not System.Data.ConnectionState.Open })
            await ForgetAsync();
        _connection ??= await database.OpenPresenceAsync(cancel);
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Statements are constants of this program.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = statementSeconds;
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return command;
    }

    /// <summary>The locks have gone with the connection.</summary>
    private async ValueTask ForgetAsync()
    {
        if (_connection is { } lost)
            await lost.DisposeAsync();
        _connection = null;
        _alone = false;
        _present = false;
    }
}
