using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>What a file is; the numbers are the kernel's (<c>S_IFMT</c> shifted).</summary>
internal enum FileKind
{
    /// <summary>Nothing there.</summary>
    None = 0,
    /// <summary>Character device.</summary>
    CharacterDevice = 2,
    /// <summary>Directory.</summary>
    Directory = 4,
    /// <summary>Block device.</summary>
    BlockDevice = 6,
    /// <summary>Regular file.</summary>
    Regular = 8,
    /// <summary>Symbolic link.</summary>
    Link = 10,
    /// <summary>Socket.</summary>
    Socket = 12,
}

/// <summary>The few system calls that .NET has no API for.</summary>
internal static class LinuxFiles
{
    private const int OpenPath = 0x200000;
    private const int OpenNoFollow = 0x20000;
    private const int OpenCloseOnExec = 0x80000;
    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const uint StatMode = 2;
    private const int StatSize = 256;
    private const int StatModeOffset = 28;
    private const int NoFollow = 0x100;
    private const uint StatBlocks = 0x400;
    private const int StatBlocksOffset = 48;
    private const uint StatGroup = 16;
    private const int StatGroupOffset = 24;
    private const uint MountBind = 4096;
    private const uint MountNoSuid = 2;
    private const uint MountNoDev = 4;
    private const int UnmountDetach = 2;
    private const int RemoveDirectory = 0x200;
    private const int NotPermitted = 1;
    private const int NoEntry = 2;

    /// <summary>Whether ownership can be given away and, unless that right was taken from root too, file systems mounted.</summary>
    public static bool IsRoot => Environment.IsPrivilegedProcess;

    /// <summary>Gives a file or symbolic link to a user and a group; -1 leaves either.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void ChangeOwner(string path, int user, int group)
    {
        if (LChown(path, user, group) != 0)
            throw Failure($"chown {path}");
    }

    /// <summary>The same for what a descriptor means.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void ChangeOwner(SafeDescriptor descriptor, int user, int group)
    {
        if (FChownAt(descriptor.Value, "", user, group, EmptyPath) != 0)
            throw Failure($"chown {PathOf(descriptor)}");
    }

    /// <summary>The group of a file or directory; null when there is none.</summary>
    public static long? GroupOf(string path)
    {
        var buffer = new byte[StatSize];
        return StatX(CurrentDirectory, path, 0, StatGroup, buffer) == 0 ? BitConverter.ToUInt32(buffer, StatGroupOffset) : null;
    }

    /// <summary>Bytes that a file, directory or link takes on the disk; 0 when there is nothing.</summary>
    public static long BytesOnDisk(string path)
    {
        const int BytesPerBlock = 512;
        var buffer = new byte[StatSize];
        return StatX(CurrentDirectory, path, NoFollow, StatBlocks, buffer) == 0 ? BitConverter.ToInt64(buffer, StatBlocksOffset) * BytesPerBlock : 0;
    }

    /// <summary>Renames, replacing what has the new name in the same instant. .NET's own move does not know links to directories.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void Rename(string from, string to)
    {
        if (RenameFile(from, to) != 0)
            throw Failure($"rename {from}");
    }

    /// <summary>Mounts a file system in memory; false when this process may not mount.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static bool MountMemory(string path, long sizeBytes) =>
        Mount("tmpfs", path, "tmpfs", MountNoSuid | MountNoDev, $"size={sizeBytes}") == 0
        || (Marshal.GetLastPInvokeError() == NotPermitted ? false : throw Failure($"mount tmpfs {path}"));

    /// <summary>Shows what an open descriptor means at another path, whatever its names do later.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void BindDescriptor(int descriptor, string path)
    {
        if (Mount($"/proc/self/fd/{descriptor}", path, "", MountBind, "") != 0)
            throw Failure($"bind mount {path}");
    }

    /// <summary>Takes a mount away, also when it is in use: it vanishes when the last user lets go.</summary>
    public static void Unmount(string path)
    {
        if (Unmount2(path, UnmountDetach) != 0)
            throw Failure($"umount {path}");
    }

    /// <summary>Opens a path without following a symbolic link at its end, relative to a directory (null for an absolute path).</summary>
    /// <exception cref="IOException">There is nothing of that name, or the kernel refuses.</exception>
    public static SafeDescriptor Open(SafeDescriptor? directory, string name) => TryOpen(directory, name) ?? throw Failure($"open {name}");

    /// <summary>The same; null when there is nothing of that name.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static SafeDescriptor? TryOpen(SafeDescriptor? directory, string name)
    {
        const int Flags = OpenPath | OpenNoFollow | OpenCloseOnExec;
        var descriptor = OpenAt(directory?.Value ?? CurrentDirectory, name, Flags, 0);
        return descriptor >= 0 ? new SafeDescriptor(descriptor) : Marshal.GetLastPInvokeError() == NoEntry ? null : throw Failure($"open {name}");
    }

    /// <summary>Names of what is in a directory that a descriptor means.</summary>
    public static IEnumerable<string> NamesIn(SafeDescriptor directory) => Directory.GetFileSystemEntries($"/proc/self/fd/{directory.Value}").Select(e => Path.GetFileName(e));

    /// <summary>Takes a name out of a directory that a descriptor means; a directory has to be empty.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void Unlink(SafeDescriptor directory, string name, bool isDirectory)
    {
        if (UnlinkAt(directory.Value, name, isDirectory ? RemoveDirectory : 0) != 0 && Marshal.GetLastPInvokeError() != NoEntry)
            throw Failure($"remove {name}");
    }

    /// <summary>Whether a path, links followed, leads to a file of that kind.</summary>
    public static bool Is(string path, FileKind kind) => Kind(CurrentDirectory, path, 0) == kind;

    /// <summary>What a descriptor means.</summary>
    public static FileKind KindOf(SafeDescriptor descriptor) => Kind(descriptor.Value, "", EmptyPath);

    /// <summary>The path that a descriptor has now.</summary>
    public static string PathOf(SafeDescriptor descriptor) => new FileInfo($"/proc/self/fd/{descriptor.Value}").LinkTarget ?? "";

    /// <summary>Paths of all mounts at or below a directory, the deepest first.</summary>
    public static IReadOnlyList<string> MountsBelow(string directory)
    {
        var prefix = directory.TrimEnd('/') + "/";
        return
        [
            .. File.ReadLines("/proc/self/mountinfo").Select(l => Unescape(l.Split(' ')[4]))
                .Where(p => p == directory || p.StartsWith(prefix, StringComparison.Ordinal)).OrderByDescending(p => p.Length),
        ];
    }

    // statx rather than stat: its layout is the same on every architecture.
    private static FileKind Kind(int directory, string path, int flags)
    {
        var buffer = new byte[StatSize];
        return StatX(directory, path, flags, StatMode, buffer) == 0 ? (FileKind)(BitConverter.ToUInt16(buffer, StatModeOffset) >> 12) : FileKind.None;
    }

    private static string Unescape(string path) => path.Replace("\\040", " ").Replace("\\011", "\t").Replace("\\012", "\n").Replace("\\134", "\\");

    private static IOException Failure(string what)
    {
        var cause = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{what}: {cause.Message}", cause);
    }

    [DllImport("libc", EntryPoint = "lchown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LChown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int user, int group);

    [DllImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FChownAt(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int user, int group, int flags);

    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int RenameFile([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("libc", EntryPoint = "mount", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Mount(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string source,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string target,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string type,
        nuint flags,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string data);

    [DllImport("libc", EntryPoint = "umount2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unmount2([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "openat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenAt(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);

    [DllImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int UnlinkAt(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, int flags);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatX(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] buffer);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);

    /// <summary>An open descriptor that only names a file.</summary>
    internal sealed class SafeDescriptor(int value) : IDisposable
    {
        /// <summary>Its number.</summary>
        public int Value { get; } = value;

        /// <inheritdoc/>
        public void Dispose() => _ = Close(Value);
    }
}
