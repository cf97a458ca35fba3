using ActorKube.Machinery.Volumes;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>Directories that are persistent volumes of type <c>local</c>.</summary>
internal static class LocalPaths
{
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;

    /// <summary>Checks that the directory is there; one of the local-path provisioner is made, open to every user of a container as upstream's are.</summary>
    /// <exception cref="Setup.SetupException">It is not there, or no directory.</exception>
    public static void Prepare(LocalVolume volume)
    {
        if (volume.Path.Length == 0)
            throw Failure(volume, "local volume source is nil or local path is not set");
        if (!Path.IsPathRooted(volume.Path) || volume.Path.Split('/').Contains(".."))
            throw VolumeKinds.Failure(volume.Name, $"invalid path: {volume.Path} must not contain '..'");
        if (volume.Provisioned && !Path.Exists(volume.Path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(volume.Path)!);
            Directory.CreateDirectory(volume.Path);
            // Set afterwards: what a directory is created with passes through the umask.
            File.SetUnixFileMode(volume.Path, Everybody);
        }
        if (!Path.Exists(volume.Path))
            throw Failure(volume, $"path \"{volume.Path}\" does not exist");
        if (LinuxFiles.Is(volume.Path, FileKind.BlockDevice))
            throw VolumeKinds.Failure("MountVolume.MountDevice", volume.Name, $"{volume.Path} is a block device, which this node agent does not format and mount");
        if (!Directory.Exists(volume.Path))
            throw Failure(volume, "only directory and block device are supported");
    }

    /// <summary>Removes a directory of the local-path provisioner with all that is in it; links in it are removed, never followed.</summary>
    /// <returns>False when there was none.</returns>
    /// <exception cref="IOException">The path is not directly below the root, something is mounted in it, or the kernel refuses.</exception>
    public static bool Remove(string root, string path)
    {
        if (!LocalPath.IsBelow(root, path))
            throw new IOException($"{path} is not a directory directly below {root}");
        if (new FileInfo(path).LinkTarget is not null)
        {
            File.Delete(path);
            return true;
        }
        if (!Directory.Exists(path))
            return false;
        // What is mounted there belongs to others.
        if (LinuxFiles.MountsBelow(path) is [var mount, ..])
            throw new IOException($"something is mounted at {mount}");
        TreeRemoval.Remove(path);
        return true;
    }

    private static Setup.SetupException Failure(LocalVolume volume, string why) => VolumeKinds.Failure("MountVolume.NewMounter initialization", volume.Name, why);
}
