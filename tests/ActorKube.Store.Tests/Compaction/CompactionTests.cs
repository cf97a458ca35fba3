using ActorKube.Api.Errors;
using ActorKube.Protocol.Store;
using ActorKube.Store.Hosting;
using ActorKube.Store.Tests.Support;
using Microsoft.Data.Sqlite;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Compaction;

public sealed class CompactionTests : IDisposable
{
    private static readonly StoreOptions Small = new() { HistoryEvents = 200, SnapshotMinimumTail = 200, CompactionStep = 50 };
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task Under_writers_the_journal_shrinks_and_a_restart_finds_everything()
    {
        string[] expected;
        long revision;
        await using (var process = InProcessStore.Start(JournalChoice.Sqlite(_directory.Path), Small))
        {
            await Fill(process.Store);
            Assert.True(Rows() < 1500, $"{Rows()} rows are left of 3,000.");
            (expected, revision) = await Contents(process.Store);
        }
        await using var again = InProcessStore.Start(JournalChoice.Sqlite(_directory.Path), Small);
        var (found, at) = await Contents(again.Store);
        Assert.Equal(expected, found);
        Assert.Equal(revision, at);
        Assert.Equal(revision + 1, (await again.Store.Write(Create("next"))).Revision);
    }

    [Fact]
    public async Task What_was_compacted_is_expired_and_what_is_retained_can_be_watched_after_a_restart()
    {
        long revision;
        await using (var process = InProcessStore.Start(JournalChoice.Sqlite(_directory.Path), Small))
        {
            await Fill(process.Store);
            (_, revision) = await Contents(process.Store);
        }
        await using var again = InProcessStore.Start(JournalChoice.Sqlite(_directory.Path), Small);
        var failure = await Assert.ThrowsAsync<ApiException>(async () => await again.Store.Watch(2));
        Assert.Equal(410, failure.Status.Code);
        using var watch = await again.Store.Watch(revision - 50);
        Assert.Equal(Enumerable.Range(1, 50).Select(i => revision - 50 + i), (await watch.ReadTo(revision)).Select(c => c.Revision));
    }

    /// <summary>Thousands of changes of forty objects, until compaction has had its turn.</summary>
    private async Task Fill(IResourceStore store)
    {
        for (var round = 0; round < 3 || (Rows() >= 1500 && round < 30); round++)
            await Task.WhenAll(Enumerable.Range(0, 40).Select(o => Task.Run(async () =>
            {
                var item = (await store.Write(Create($"o{o}"))).Object!;
                for (var i = 0; i < 25; i++)
                    item = (await store.Write(Replace(item, $"{round}-{i}"))).Object!;
            })));
    }

    private static async Task<(string[], long)> Contents(IResourceStore store)
    {
        var cut = await store.Read();
        return ([.. cut.Range(null, null).Select(Text)], cut.Revision);
    }

    private long Rows()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory.Path, "journal.db")}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM journal";
        return (long)command.ExecuteScalar()!;
    }

    public void Dispose() => _directory.Dispose();
}
