using Npgsql;

namespace ActorKube.Testing.PostgreSql;

/// <summary>
/// Holds back what one actor writes to the journal, in the database itself: the first transaction that it begins from now on is let through, those after it wait until they are let go. Actors wait no longer than their
/// circuit breaker says.
/// </summary>
public sealed class HeldRows : IAsyncDisposable
{
    private const int Lock = 4711;
    private readonly NpgsqlConnection _connection;

    private HeldRows(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Holds them from now on.</summary>
    /// <param name="database">Connection string of the journal's database.</param>
    /// <param name="persistenceId">Whose.</param>
    public static async Task<HeldRows> HoldAsync(string database, string persistenceId)
    {
        var held = new HeldRows(new NpgsqlConnection($"{database};Pooling=false"));
        await held._connection.OpenAsync();
        await held.DoAsync($"""
            SELECT pg_advisory_lock({Lock});
            CREATE TABLE let_through (transaction bigint);
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN
                IF NOT EXISTS (SELECT FROM let_through) THEN
                  INSERT INTO let_through VALUES (txid_current());
                ELSIF NOT EXISTS (SELECT FROM let_through WHERE transaction = txid_current()) THEN
                  PERFORM pg_advisory_xact_lock_shared({Lock});
                END IF;
                RETURN NEW;
              END $$;
            CREATE TRIGGER hold BEFORE INSERT ON journal FOR EACH ROW WHEN (NEW.persistence_id = '{persistenceId}') EXECUTE FUNCTION hold();
            """);
        return held;
    }

    /// <summary>Lets go on what waits, and what comes later.</summary>
    public async Task LetGoAsync()
    {
        await DoAsync($"SELECT pg_advisory_unlock({Lock})");
        await DoAsync("DROP TRIGGER hold ON journal");
    }

    /// <summary>Whatever still waits goes on, as the lock ends with its connection.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task DoAsync(string text)
    {
        await using var command = new NpgsqlCommand(text, _connection);
        await command.ExecuteNonQueryAsync();
    }
}
