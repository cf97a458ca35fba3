namespace ActorKube.NodeAgent.Volumes;

/// <summary>Directories and files of the node that pods use as they are.</summary>
internal static class HostPaths
{
    private const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Checks, and where the type says so makes, what is at the path.</summary>
    /// <exception cref="Setup.SetupException">It is something else than the type says.</exception>
    public static void Prepare(HostVolume source)
    {
        var (volume, path) = (source.Name, source.Path);
        if (Path.IsPathRooted(path) is false || path.Split('/').Contains(".."))
            throw Failure(volume, $"{path} is not an absolute path without '..'");
        switch (source.Type)
        {
            case "":
                break;
            case "DirectoryOrCreate":
                if (!File.Exists(path))
                    Directory.CreateDirectory(path, DirectoryMode);
                Expect(volume, Directory.Exists(path), path, "is not a directory");
                break;
            case "Directory":
                Expect(volume, Directory.Exists(path), path, "is not a directory");
                break;
            case "FileOrCreate":
                if (!Path.Exists(path))
                    File.Create(path).Dispose();
                Expect(volume, File.Exists(path), path, "is not a file");
                break;
            case "File":
                Expect(volume, LinuxFiles.Is(path, FileKind.Regular), path, "is not a file");
                break;
            case "Socket":
                Expect(volume, LinuxFiles.Is(path, FileKind.Socket), path, "is not a socket file");
                break;
            case "CharDevice":
                Expect(volume, LinuxFiles.Is(path, FileKind.CharacterDevice), path, "is not a character device");
                break;
            case "BlockDevice":
                Expect(volume, LinuxFiles.Is(path, FileKind.BlockDevice), path, "is not a block device");
                break;
            case var other:
                throw Failure(volume, $"{other} is an invalid volume type");
        }
    }

    private static void Expect(string volume, bool holds, string path, string otherwise)
    {
        if (!holds)
            throw Failure(volume, $"{path} {otherwise}");
    }

    private static Setup.SetupException Failure(string volume, string why) => VolumeKinds.Failure(volume, $"hostPath type check failed: {why}");
}
