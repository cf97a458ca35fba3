using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>Empty directories that live as long as their pods, on disk or in memory.</summary>
internal static class ScratchDirectories
{
    private const string Memory = "Memory";
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;
    private const UnixFileMode OwnerWrites = (UnixFileMode)0b111_101_101;

    /// <summary>Makes the directory; one that is there already stays as it is.</summary>
    /// <exception cref="SetupException">The medium is not supported.</exception>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void Make(PodContext pod, V1Volume volume, string path)
    {
        var medium = volume.EmptyDir?.Medium ?? "";
        if (medium is not ("" or Memory))
            throw VolumeKinds.Failure(volume.Name, $"emptyDir medium \"{medium}\" is not supported by this node agent");
        // Without the right to mount the directory is on disk: pods work, they are only slower.
        var inMemory = IsForMemory(volume) && LinuxFiles.IsRoot;
        if (Directory.Exists(path) && (!inMemory || LinuxFiles.MountsBelow(path).Contains(path)))
            return;
        Directory.CreateDirectory(path);
        if (inMemory)
            _ = LinuxFiles.MountMemory(path, SizeInMemory(pod, volume));
        File.SetUnixFileMode(path, Everybody);
        VolumeOwnership.Of(pod.Pod, writable: true).OwnAll(path, changePolicy: null);
    }

    /// <summary>
    /// Makes the directory for files that are not to touch the disk, as secrets and tokens are not. One that holds files already stays as it is, even if they are on disk: running containers see those. ADR 0201.
    /// </summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void MakeForSecrets(PodContext pod, V1Volume volume, string path)
    {
        // An empty one may be what a reboot has left of a mount.
        if (!LinuxFiles.IsRoot || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()) || LinuxFiles.MountsBelow(path).Contains(path))
            return;
        Directory.CreateDirectory(path);
        if (LinuxFiles.MountMemory(path, SizeInMemory(pod, volume)))
            File.SetUnixFileMode(path, OwnerWrites);
    }

    /// <summary>Whether somebody has to look at how full the directory is: one in memory is limited by the kernel.</summary>
    public static bool IsLimited(V1Volume volume) => !IsForMemory(volume) && volume.EmptyDir?.SizeLimit is { } limit && Quantities.Value(limit) > 0;

    /// <summary>Whether the volume is an empty directory that is to be in memory.</summary>
    public static bool IsForMemory(V1Volume volume) => volume.EmptyDir?.Medium == Memory;

    /// <summary>Bytes on disk of all that is in a directory; what vanishes meanwhile does not count.</summary>
    public static long UsedBytes(string path) => Directory.Exists(path)
        ? Directory.EnumerateFileSystemEntries(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true }).Sum(LinuxFiles.BytesOnDisk)
        : 0;

    /// <summary>Bytes that the volume may hold in memory: what the pod may use altogether, or what the node has for pods, and no more than the volume's own limit.</summary>
    public static long SizeInMemory(PodContext pod, V1Volume volume)
    {
        var size = PodResources.MemoryLimit(pod.Pod) is > 0 and var limit ? limit : (long)pod.Allocatable.MemoryBytes;
        return volume.EmptyDir?.SizeLimit is { } own && Quantities.Value(own) is > 0 and var asked ? (long)Math.Min(size, asked) : size;
    }
}
