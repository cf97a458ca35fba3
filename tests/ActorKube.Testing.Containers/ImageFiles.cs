using System.Formats.Tar;

namespace ActorKube.Testing.Containers;

/// <summary>The file system of an image: one layer, the same bytes for the same files.</summary>
public sealed class ImageFiles
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode WritableByAll = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit;

    private readonly SortedDictionary<string, UstarTarEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Adds a directory.</summary>
    public ImageFiles AddDirectory(string path, bool isWritableByAll = false) => Add(new UstarTarEntry(TarEntryType.Directory, path + "/")
    {
        Mode = Readable | Executable | (isWritableByAll ? WritableByAll : UnixFileMode.None),
    });

    /// <summary>Adds a file.</summary>
    public ImageFiles AddFile(string path, ReadOnlySpan<byte> content, bool isExecutable = false) => Add(new UstarTarEntry(TarEntryType.RegularFile, path)
    {
        Mode = Readable | (isExecutable ? Executable : UnixFileMode.None),
        DataStream = new MemoryStream(content.ToArray()),
    });

    /// <summary>Adds a symbolic link.</summary>
    public ImageFiles AddLink(string path, string target) => Add(new UstarTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target });

    /// <summary>The layer as a tar file.</summary>
    internal byte[] ToTar() => Tar.Write(_entries.Values);

    private ImageFiles Add(UstarTarEntry entry)
    {
        _entries[entry.Name] = entry;
        return this;
    }
}
