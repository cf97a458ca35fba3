using ActorKube.Backup;

namespace ActorKube.Tests.Backup;

public sealed class StagingDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void Every_folder_is_new_for_its_owner_only_and_goes_with_what_is_in_it()
    {
        string first;
        using (var staging = StagingDirectory.Beside(_directory.Under("place")))
        {
            first = staging.Path;
            using var second = StagingDirectory.Beside(_directory.Under("place"));
            Assert.NotEqual(first, second.Path);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(first));
            File.WriteAllText(staging.Under("key"), "secret");
        }
        Assert.False(Directory.Exists(first));
    }

    public void Dispose() => _directory.Dispose();
}
