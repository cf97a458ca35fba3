using ActorKube.Store.Journal;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using Npgsql;

namespace ActorKube.Store.Hosting;

/// <summary>A PostgreSQL database: journal and snapshots through the persistence library.</summary>
internal sealed record PostgreSqlChoice : JournalChoice
{
    private readonly PostgreSqlDatabase _database;
    private readonly PostgreSqlCopy _copy;

    public PostgreSqlChoice(string connectionString)
    {
        // Here, and not when the database is first needed, it is found that there is none to be found by it.
        _ = new NpgsqlConnectionStringBuilder(connectionString);
        _copy = new PostgreSqlCopy(connectionString);
        _database = new PostgreSqlDatabase(connectionString);
        IsShared = true;
    }

    public override IMeetingPoint Meeting() => new PostgreSqlMeetingPoint(_database);

    internal override Config Config() => ConfigurationFactory.ParseString(
        $$"""
        {{SqlPersistence.JournalConfigPath}} {
          provider-name = "{{ProviderName.PostgreSQL15}}"
          auto-initialize = off
          tag-write-mode = Csv
          parallelism = 1
          batch-size = 400
          prefer-parameters-on-multirow-insert = on
          {{CircuitBreaker}}
        }
        """).WithFallback(Plugins(SqlPersistence.JournalConfigPath, SqlPersistence.SnapshotStoreConfigPath)).WithFallback(SqlSnapshots(ProviderName.PostgreSQL15));

    internal override Setup Setup()
    {
        _database.Prepare();
        var setup = new MultiDataOptionsSetup();
        setup.AddDataOptions(SqlPersistence.JournalConfigPath, _database.Options());
        setup.AddDataOptions(SqlPersistence.SnapshotStoreConfigPath, _database.Options());
        return setup;
    }

    internal override void CopyTo(SqliteFiles target) => _copy.Export(target);

    internal override int Fill(SqliteFiles copy, RevisionRaise raise) => _copy.Import(copy, raise);
}
