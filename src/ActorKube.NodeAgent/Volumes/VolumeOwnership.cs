using k8s.Models;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>Gives a volume to the pod's group (<c>fsGroup</c>): the group may read, and write where the volume is writable, and new files keep it.</summary>
/// <param name="group">The group; null changes nothing.</param>
/// <param name="writable">Whether the pod may write.</param>
internal sealed class VolumeOwnership(long? group, bool writable)
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead;
    private const UnixFileMode ReadWritable = Readable | UnixFileMode.UserWrite | UnixFileMode.GroupWrite;
    private const UnixFileMode Searchable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.SetGroup;

    /// <summary>The ownership that a pod asks for.</summary>
    public static VolumeOwnership Of(V1Pod pod, bool writable) => new(pod.Spec.SecurityContext?.FsGroup, writable);

    /// <summary>Gives one file or directory away.</summary>
    public void Own(string path, long? user)
    {
        if (!LinuxFiles.IsRoot || (group is null && user is null))
            return;
        LinuxFiles.ChangeOwner(path, (int)(user ?? -1), (int)(group ?? -1));
        if (group is null || new FileInfo(path).LinkTarget is not null)
            return;
        var mode = File.GetUnixFileMode(path) | (writable ? ReadWritable : Readable);
        File.SetUnixFileMode(path, Directory.Exists(path) ? mode | Searchable : mode);
    }

    /// <summary>Gives a directory with all that is in it away.</summary>
    public void OwnAll(string directory)
    {
        if (group is null)
            return;
        foreach (var entry in Directory.EnumerateFileSystemEntries(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
            Own(entry, null);
        Own(directory, null);
    }
}
