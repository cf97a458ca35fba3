using ActorKube.Store.Hosting;
using ActorKube.Store.Tests.Support;
using ActorKube.Testing.PostgreSql;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Backup;

/// <summary>A backup is the same whatever journal it was made of, and goes back into any.</summary>
public sealed class PostgreSqlBackupTests(PostgreSqlServer server) : IClassFixture<PostgreSqlServer>, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Saved => Path.Combine(_directory.Path, "saved");

    [Fact]
    public async Task A_copy_made_of_PostgreSQL_under_writers_is_restored_into_SQLite()
    {
        Assert.SkipWhen(PostgreSqlServer.Home is null, "PostgreSQL is not installed.");
        var journal = JournalChoice.PostgreSql(await server.NewDatabase());
        long last;
        await using (var process = InProcessStore.Start(journal))
        {
            await process.Store.Write(Create("before"));
            var writers = Task.WhenAll(Enumerable.Range(0, 200).Select(i => process.Store.Write(Create($"during-{i}")).AsTask()));
            StoreBackup.Copy(journal, Saved);
            await writers;
            last = (await process.Store.Write(Create("after"))).Revision;
        }
        await Restored(JournalChoice.Sqlite(Path.Combine(_directory.Path, "restored")), last);
    }

    [Fact]
    public async Task A_copy_made_of_SQLite_is_restored_into_PostgreSQL_and_only_into_an_empty_database()
    {
        Assert.SkipWhen(PostgreSqlServer.Home is null, "PostgreSQL is not installed.");
        var journal = JournalChoice.Sqlite(Path.Combine(_directory.Path, "live"));
        long last;
        await using (var process = InProcessStore.Start(journal, new StoreOptions { SnapshotMinimumTail = 5, CompactionStep = 5 }))
        {
            await process.Store.Write(Create("before"));
            for (var i = 0; i < 40; i++)
                await process.Store.Write(Create($"more-{i}"));
            StoreBackup.Copy(journal, Saved);
            last = (await process.Store.Write(Create("after"))).Revision;
        }
        var target = JournalChoice.PostgreSql(await server.NewDatabase());
        await Restored(target, last);
        Assert.Contains("already", Assert.Throws<IOException>(() => StoreBackup.Restore(Saved, target, TimeProvider.System)).Message);
    }

    [Fact]
    public async Task A_database_without_a_journal_is_not_copied()
    {
        Assert.SkipWhen(PostgreSqlServer.Home is null, "PostgreSQL is not installed.");
        var journal = JournalChoice.PostgreSql(await server.NewDatabase());
        Assert.Contains("no journal", Assert.Throws<IOException>(() => StoreBackup.Copy(journal, Saved)).Message);
    }

    public void Dispose() => _directory.Dispose();

    private async Task Restored(JournalChoice journal, long last)
    {
        Assert.Equal(1, StoreBackup.Restore(Saved, journal, TimeProvider.System));
        await using var restored = InProcessStore.Start(journal);
        var cut = await restored.Store.Read();
        Assert.NotNull(cut.Find(Key("before")));
        Assert.Null(cut.Find(Key("after")));
        Assert.True(cut.Revision > last, "No client may see a revision twice.");
        Assert.Equal(cut.Revision + 1, (await restored.Store.Write(Create("next"))).Revision);
    }
}
