using ActorKube.Hosting;

namespace ActorKube.Backup;

/// <summary>
/// A folder beside the final place of something, for its owner only: what is made in it is moved there when it is whole, and otherwise goes with it.
/// </summary>
internal sealed class StagingDirectory : IDisposable
{
    private StagingDirectory(string path) => Path = path;

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Makes a folder beside <paramref name="place"/>, on the same file system.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static StagingDirectory Beside(string place)
    {
        var (parent, name) = (System.IO.Path.GetDirectoryName(place)!, System.IO.Path.GetFileName(place));
        // Keys go into it: a name that can be foreseen could have been taken by somebody else, in a directory that all may write to.
        var path = System.IO.Path.Combine(parent, $".{name}.{ProcessRandom.Suffix()}.partial");
        return new(Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName);
    }

    /// <summary>A file or folder in it.</summary>
    public string Under(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
