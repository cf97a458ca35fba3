using ActorKube.Api.Errors;
using ActorKube.Store.Hosting;
using ActorKube.Store.Tests.Support;
using Microsoft.Data.Sqlite;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Compaction;

/// <summary>Files that somebody has lost, or brought back one without the other.</summary>
public sealed class MissingSnapshotTests : IDisposable
{
    private static readonly StoreOptions Small = new() { HistoryEvents = 20, SnapshotMinimumTail = 20, CompactionStep = 1000 };
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("DELETE FROM snapshot", "SELECT 1")]
    [InlineData("DELETE FROM snapshot", "UPDATE journal SET deleted = 1")]
    [InlineData("UPDATE snapshot SET snapshot = zeroblob(100)", "SELECT 1")]
    public async Task A_compacted_journal_without_its_snapshot_is_not_taken_for_a_younger_one(string toSnapshots, string toJournal)
    {
        long revision;
        await using (var process = InProcessStore.Start(JournalChoice.Sqlite(_directory.Path), Small))
        {
            await process.Store.Write(Create("early"));
            var item = (await process.Store.Write(Create("a"))).Object!;
            while (Execute("journal.db", "SELECT min(sequence_number) FROM journal WHERE deleted = 0") is 1L)
                item = (await process.Store.Write(Replace(item, $"{item.Revision}"))).Object!;
            revision = item.Revision;
        }
        var copy = Path.Combine(_directory.Path, "copy.db");
        SqliteConnection.ClearAllPools();
        File.Copy(Path.Combine(_directory.Path, "snapshots.db"), copy);
        Execute("snapshots.db", toSnapshots);
        var before = Execute("journal.db", "SELECT count(*) FROM journal");
        Execute("journal.db", toJournal);

        await using (var process = InProcessStore.Start(JournalChoice.Sqlite(_directory.Path), Small))
        {
            Assert.Equal(503, (await Assert.ThrowsAsync<ApiException>(async () => await process.Store.Read())).Status.Code);
            Assert.Equal(503, (await Assert.ThrowsAsync<ApiException>(async () => await process.Store.Write(Create("early")))).Status.Code);
        }
        Assert.Equal(before, Execute("journal.db", "SELECT count(*) FROM journal"));
        if (toJournal != "SELECT 1")
            return;

        // Whoever brings the file back has everything again.
        SqliteConnection.ClearAllPools();
        File.Copy(copy, Path.Combine(_directory.Path, "snapshots.db"), overwrite: true);
        await using var again = InProcessStore.Start(JournalChoice.Sqlite(_directory.Path), Small);
        var cut = await again.Store.Read();
        Assert.Equal(revision, cut.Revision);
        Assert.Equal(["a", "early"], cut.Range(null, null).Select(static o => o.Key.Name));
    }

    private object? Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory.Path, file)};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
