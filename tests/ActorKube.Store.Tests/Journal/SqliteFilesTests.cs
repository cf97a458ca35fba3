using ActorKube.Store.Hosting;
using ActorKube.Store.Journal;
using ActorKube.Store.Tests.Support;

namespace ActorKube.Store.Tests.Journal;

public sealed class SqliteFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

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
