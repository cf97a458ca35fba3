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

    // Every level holds a descriptor; who writes the volume decides how deep it is.
    private const int Deepest = 512;

    /// <summary>The ownership that a pod asks for.</summary>
    public static VolumeOwnership Of(V1Pod pod, bool writable) => new(pod.Spec.SecurityContext?.FsGroup, writable);

    /// <summary>Gives one file or directory away.</summary>
    public void Own(string path, long? user)
    {
        if (!LinuxFiles.IsRoot || (group is null && user is null))
            return;
        LinuxFiles.ChangeOwner(path, (int)(user ?? -1), (int)(group ?? -1));
        if (group is not null && new FileInfo(path).LinkTarget is null)
            Open(path, Directory.Exists(path));
    }

    /// <summary>Gives a directory with all that is in it away, unless the directory has that owner already and the policy says that this is enough.</summary>
    /// <exception cref="IOException">The kernel refuses, or the directory is deeper than anything sensible.</exception>
    public void OwnAll(string directory, string? changePolicy)
    {
        if (!LinuxFiles.IsRoot || group is not { } wanted)
            return;
        if (changePolicy == "OnRootMismatch" && LinuxFiles.GroupOf(directory) == wanted && Has(directory))
            return;
        using var root = LinuxFiles.Open(null, directory);
        OwnTree(root, 0);
    }

    // Containers may be at work in the volume and exchange a name for a link at any moment: what was opened is given away, never what a name means.
    private void OwnTree(LinuxFiles.SafeDescriptor at, int depth)
    {
        if (depth > Deepest)
            throw new IOException($"the volume has directories in more than {Deepest} levels; its ownership was not changed");
        LinuxFiles.ChangeOwner(at, -1, (int)group!.Value);
        var kind = LinuxFiles.KindOf(at);
        if (kind == FileKind.Link)
            return;
        var path = $"/proc/self/fd/{at.Value}";
        // The directory itself comes last, so that a pass that was cut short is recognised by it.
        if (kind == FileKind.Directory)
            foreach (var name in LinuxFiles.NamesIn(at))
                if (LinuxFiles.TryOpen(at, name) is { } entry)
                    using (entry)
                        OwnTree(entry, depth + 1);
        Open(path, kind == FileKind.Directory);
    }

    private void Open(string path, bool isDirectory)
    {
        var mode = File.GetUnixFileMode(path);
        var wanted = mode | Bits(isDirectory);
        if (wanted != mode)
            File.SetUnixFileMode(path, wanted);
    }

    private bool Has(string directory) => (Bits(isDirectory: true) & ~File.GetUnixFileMode(directory)) == UnixFileMode.None;

    private UnixFileMode Bits(bool isDirectory) => (writable ? ReadWritable : Readable) | (isDirectory ? Searchable : UnixFileMode.None);
}
