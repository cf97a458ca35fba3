using ActorKube.CommandLine;
using ActorKube.Data;

namespace ActorKube.Tests.Data;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void A_directory_that_nothing_came_of_is_gone_with_those_made_on_the_way_to_it()
    {
        using (var data = DataDirectory.Open(_directory.Under("new/data")))
            Directory.CreateDirectory(data.Pki);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void An_empty_directory_that_was_there_stays_empty()
    {
        DataDirectory.Open(_directory.Path).Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void What_was_written_is_kept_with_the_format_it_has()
    {
        using (var data = DataDirectory.Open(_directory.Under("data")))
            _directory.Write("data/pki/ca.crt", "");
        Assert.Equal(["format", "lock", "pki"], Directory.EnumerateFileSystemEntries(_directory.Under("data")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_directory_that_has_a_format_already_is_left_as_it_is()
    {
        _directory.Write("data/format", "1\n");
        DataDirectory.Open(_directory.Under("data")).Dispose();
        Assert.True(File.Exists(_directory.Under("data/format")));
    }

    [Fact]
    public void Files_of_somebody_else_are_kept()
    {
        _directory.Write("data/other/file", "");
        DataDirectory.Open(_directory.Under("data")).Dispose();
        Assert.True(File.Exists(_directory.Under("data/other/file")));
    }

    [Fact]
    public void A_format_that_cannot_be_noted_is_not_taken_for_another_process()
    {
        // In the way of the file that is to become it.
        _directory.Write("data/format.new/file", "");

        var failure = Assert.Throws<UserError>(() => DataDirectory.Open(_directory.Under("data")));

        Assert.Contains("is not accessible", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_directory.Under("data/format")));
    }

    [Fact]
    public void Another_process_that_holds_it_is_told_of()
    {
        using var first = DataDirectory.Open(_directory.Under("data"));
        Assert.Contains("is in use by another process", Assert.Throws<UserError>(() => DataDirectory.Open(_directory.Under("data"))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();
}
