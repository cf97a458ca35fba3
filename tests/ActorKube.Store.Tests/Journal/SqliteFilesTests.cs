using ActorKube.Store.Hosting;
using ActorKube.Store.Journal;
using ActorKube.Store.Tests.Support;

namespace ActorKube.Store.Tests.Journal;

public sealed class SqliteFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_written_is_on_the_disk_before_it_counts_and_readers_wait_for_no_writer()
    {
        var files = new SqliteFiles(_directory.Path);
        files.Prepare();
        foreach (var file in (string[])[files.JournalFile, files.SnapshotFile])
            // One that is fresh, and one that comes from the pool.
            for (var i = 0; i < 2; i++)
            {
                using var connection = SqliteFiles.Open(file);
                Assert.Equal((2L, "wal"), (connection.Execute("PRAGMA synchronous"), connection.Execute("PRAGMA journal_mode")));
            }
        using var snapshots = new LinqToDB.Data.DataConnection(files.Snapshots());
        Assert.Equal(2L, snapshots.OpenDbConnection().Execute("PRAGMA synchronous"));
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("snapshots.db")]
    public async Task A_file_that_is_no_database_is_told_with_its_directory(string file)
    {
        await File.WriteAllTextAsync(Path.Combine(_directory.Path, file), new string('x', 4096), TestContext.Current.CancellationToken);

        var failure = Assert.Throws<JournalUnavailableException>(new SqliteFiles(_directory.Path).Prepare);

        Assert.Equal($"The journal in {_directory.Path} cannot be used: SQLite Error 26: 'file is not a database'.", failure.Message);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_told()
    {
        var file = Path.Combine(_directory.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var failure = Assert.Throws<JournalUnavailableException>(new SqliteFiles(Path.Combine(file, "journal")).Prepare);

        Assert.Contains($"The journal in {file}/journal cannot be used: ", failure.Message, StringComparison.Ordinal);
    }
}
