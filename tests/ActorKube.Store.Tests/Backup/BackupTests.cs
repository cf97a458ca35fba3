using ActorKube.Api.Errors;
using ActorKube.Store.Hosting;
using ActorKube.Store.Journal;
using ActorKube.Store.Tests.Support;
using Microsoft.Data.Sqlite;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Backup;

public sealed class BackupTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Live => Path.Combine(_directory.Path, "live");

    private string Saved => Path.Combine(_directory.Path, "saved");

    private string Restored => Path.Combine(_directory.Path, "restored");

    [Fact]
    public async Task A_copy_made_under_writers_comes_back_with_raised_revisions()
    {
        long last;
        await using (var process = InProcessStore.Start(JournalChoice.Sqlite(Live)))
        {
            await process.Store.Write(Create("before"));
            var writers = Task.WhenAll(Enumerable.Range(0, 200).Select(i => process.Store.Write(Create($"during-{i}")).AsTask()));
            StoreBackup.Copy(JournalChoice.Sqlite(Live), Saved);
            await writers;
            last = (await process.Store.Write(Create("after"))).Revision;
        }
        Assert.Equal(1, StoreBackup.Restore(Saved, JournalChoice.Sqlite(Restored), TimeProvider.System));
        await using var restored = InProcessStore.Start(JournalChoice.Sqlite(Restored));
        var cut = await restored.Store.Read();
        Assert.NotNull(cut.Find(Key("before")));
        Assert.Null(cut.Find(Key("after")));
        Assert.True(cut.Revision > last, "No client may see a revision twice.");
        Assert.Equal(410, (await Assert.ThrowsAsync<ApiException>(async () => await restored.Store.Watch(last))).Status.Code);
        Assert.Equal(cut.Revision + 1, (await restored.Store.Write(Create("next"))).Revision);
    }

    [Fact]
    public async Task A_copy_shows_journal_and_snapshots_as_they_are_at_one_moment()
    {
        var live = new SqliteFiles(Live);
        live.Prepare();
        using var stop = new CancellationTokenSource();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // An entry, then its snapshot, then the next entry: at no moment is a snapshot ahead of the journal, or more than one entry behind.
        var writing = Task.Run(() =>
        {
            using var journal = SqliteFiles.Open(live.JournalFile);
            using var snapshots = SqliteFiles.Open(live.SnapshotFile);
            for (var number = 1; !stop.IsCancellationRequested; number++)
            {
                Execute(journal, $"INSERT INTO journal (created, deleted, persistence_id, sequence_number, message) VALUES (0, 0, 'a', {number}, zeroblob(2000))");
                Execute(snapshots, $"INSERT INTO snapshot (persistence_id, sequence_number, created) VALUES ('a', {number}, 0)");
                if (number == 100)
                    first.SetResult();
            }
        }, TestContext.Current.CancellationToken);
        await first.Task.WaitAsync(StoreCalls.Patience, TestContext.Current.CancellationToken);
        var behind = new List<long>();
        for (var round = 0; round < 10; round++)
        {
            var copy = new SqliteFiles(Path.Combine(_directory.Path, $"copy-{round}"));
            live.CopyTo(copy);
            behind.Add(Last(copy.JournalFile, "journal") - Last(copy.SnapshotFile, "snapshot"));
            copy.Release();
        }
        await stop.CancelAsync();
        await writing;
        live.Release();
        Assert.All(behind, b => Assert.InRange(b, 0, 1));
    }

    private static long Last(string file, string table)
    {
        using var connection = SqliteFiles.Open(file);
        return (long)Execute(connection, $"SELECT max(sequence_number) FROM {table}")!;
    }

    private static object? Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    [Fact]
    public void Revisions_are_raised_above_what_journal_and_snapshot_know_whichever_is_further()
    {
        var files = new SqliteFiles(Live);
        files.Prepare();
        using (var journal = SqliteFiles.Open(files.JournalFile))
            Execute(journal, "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, identifier) VALUES (0, 0, 'a', 7, '', 5), (0, 1, 'b', 3, '', 5), (0, 0, 'decisions', 9, '', 6)");
        using (var snapshots = SqliteFiles.Open(files.SnapshotFile))
            Execute(snapshots, "INSERT INTO snapshot (persistence_id, sequence_number, created, serializer_id) VALUES ('a', 5, 0, 5), ('b', 8, 0, 5)");
        Assert.Equal([new("a", 7), new("b", 8)], files.LastRevisions(serializer: 5));
        files.Release();
    }

    [Fact]
    public async Task Neither_copy_nor_restore_overwrites_a_store()
    {
        await using (var process = InProcessStore.Start(JournalChoice.Sqlite(Live)))
            await process.Store.Write(Create("a"));
        StoreBackup.Copy(JournalChoice.Sqlite(Live), Saved);
        Assert.Throws<IOException>(() => StoreBackup.Copy(JournalChoice.Sqlite(Live), Saved));
        Assert.Throws<IOException>(() => StoreBackup.Restore(Saved, JournalChoice.Sqlite(Live), TimeProvider.System));
        Assert.Throws<IOException>(() => StoreBackup.Copy(JournalChoice.Sqlite(Restored), Path.Combine(_directory.Path, "other")));
    }

    [Fact]
    public async Task A_journal_of_a_newer_format_is_refused_in_one_sentence_and_left_alone()
    {
        await using (var process = InProcessStore.Start(JournalChoice.Sqlite(Live)))
            await process.Store.Write(Create("a"));
        SqliteConnection.ClearAllPools();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(Live, "journal.db")}"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }
        var failure = Assert.Throws<JournalFormatException>(() => InProcessStore.Start(JournalChoice.Sqlite(Live)));
        Assert.Contains("format 99", failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
    }

    public void Dispose() => _directory.Dispose();
}
