using ActorKube.Store.Journal;
using ActorKube.Store.Tests.Support;
using Microsoft.Data.Sqlite;

namespace ActorKube.Store.Tests.Journal;

public sealed class JournalWriterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SqliteFiles _files;

    public JournalWriterTests()
    {
        _files = new SqliteFiles(_directory.Path);
        _files.Prepare();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_written_is_there_when_the_write_completes()
    {
        using var writer = Writer();
        await writer.WriteAsync([Row("a", 1), Row("a", 2)]);
        Assert.Equal(["a/1", "a/2"], Entries());
    }

    [Fact]
    public async Task A_number_is_taken_once_and_a_write_of_which_one_part_fails_leaves_nothing()
    {
        using var writer = Writer();
        await writer.WriteAsync([Row("a", 1)]);
        var failure = await Assert.ThrowsAsync<SqliteException>(() => writer.WriteAsync([Row("a", 2), Row("a", 1)]));
        Assert.Equal(19, failure.SqliteErrorCode);
        Assert.Equal(["a/1"], Entries());
        await writer.WriteAsync([Row("a", 2)]);
    }

    [Fact]
    public async Task Writes_that_wait_together_are_written_together_and_one_that_fails_takes_nobody_with_it()
    {
        using var writer = Writer();
        await writer.WriteAsync([Row("a", 1)]);
        var (before, between) = (writer.Transactions, new List<Task>());
        using (Locked())
        {
            // The first one is being tried when the others come; or it has not been looked at yet, and all go together.
            between.Add(writer.WriteAsync([Row("first", 1)]));
            between.AddRange(Enumerable.Range(1, 50).Select(i => writer.WriteAsync([Row($"p{i}", 1)])));
        }
        await Task.WhenAll(between);
        Assert.InRange(writer.Transactions - before, 1, 2);

        Task good, bad, alsoGood;
        using (Locked())
            (good, bad, alsoGood) = (writer.WriteAsync([Row("b", 1)]), writer.WriteAsync([Row("a", 1)]), writer.WriteAsync([Row("c", 1)]));
        await good;
        await alsoGood;
        await Assert.ThrowsAsync<SqliteException>(() => bad);
        Assert.Contains("c/1", Entries());
    }

    [Fact]
    public async Task The_highest_number_counts_writes_that_are_on_their_way()
    {
        using var writer = Writer();
        Task<long> highest;
        using (Locked())
        {
            _ = writer.WriteAsync([Row("a", 7)]);
            highest = writer.HighestAsync("a");
        }
        Assert.Equal(7, await highest);
        Assert.Equal(0, await writer.HighestAsync("nobody"));
    }

    [Theory]
    [InlineData(3, new[] { "a/4", "a/5", "b/1" })]
    [InlineData(5, new[] { "b/1" })]
    [InlineData(99, new[] { "b/1" })]
    [InlineData(0, new[] { "a/1", "a/2", "a/3", "a/4", "a/5", "b/1" })]
    public async Task Deletion_takes_entries_up_to_a_number_and_the_highest_number_is_not_forgotten(long to, string[] left)
    {
        using var writer = Writer();
        await writer.WriteAsync([.. Enumerable.Range(1, 5).Select(i => Row("a", i)), Row("b", 1)]);
        await writer.DeleteAsync("a", to);
        Assert.Equal(left, Entries());
        Assert.Equal(5, await writer.HighestAsync("a"));
    }

    [Fact]
    public async Task Nothing_that_has_come_in_is_lost_when_the_writer_is_closed()
    {
        var writer = Writer();
        var writes = Enumerable.Range(1, 100).Select(i => writer.WriteAsync([Row("a", i)])).ToList();
        writer.Dispose();
        await Task.WhenAll(writes);
        Assert.Equal(100, Entries().Count);
    }

    private static JournalRow Row(string id, long number) => new(id, number, [1, 2, 3], "A1", 7101, "w", 0);

    private JournalWriter Writer() => new(_files.OpenJournal());

    private Lock Locked() => new(_files.OpenJournal());

    private List<string> Entries()
    {
        using var connection = _files.OpenJournal();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT persistence_id || '/' || sequence_number FROM journal WHERE deleted = 0 ORDER BY persistence_id, sequence_number";
        using var reader = command.ExecuteReader();
        var entries = new List<string>();
        while (reader.Read())
            entries.Add(reader.GetString(0));
        return entries;
    }

    /// <summary>Holds the file's write lock, as a second writer in another process would.</summary>
    private sealed class Lock : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteTransaction _transaction;

        public Lock(SqliteConnection connection)
        {
            _connection = connection;
            _transaction = connection.BeginTransaction(deferred: false);
        }

        public void Dispose()
        {
            _transaction.Dispose();
            _connection.Dispose();
        }
    }
}
