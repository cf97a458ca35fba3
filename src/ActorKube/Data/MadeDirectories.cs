namespace ActorKube.Data;

/// <summary>Makes a directory and those on the way to it, and takes those that it has made away again at its end, as far as they are empty then.</summary>
internal sealed class MadeDirectories : IDisposable
{
    private readonly string _path;
    private readonly string _before;

    /// <summary>Makes them, for their owner only.</summary>
    /// <exception cref="IOException">They cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not make them.</exception>
    public MadeDirectories(string path)
    {
        _path = path;
        _before = Existing(path);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var made = _path; made != _before && Directory.Exists(made) && !Directory.EnumerateFileSystemEntries(made).Any(); made = Path.GetDirectoryName(made)!)
            Directory.Delete(made);
    }

    private static string Existing(string path)
    {
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } parent)
            path = parent;
        return path;
    }
}
