using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace ActorKube.Backup;

/// <summary>
/// A backup is one compressed tar file, so that it can be looked into anywhere: the manifest, the keys below <c>pki/</c>, the journal below <c>journal/</c>. Every entry is listed
/// in the manifest with its hash, and nothing else is accepted.
/// </summary>
internal static class BackupArchive
{
    private const int MostManifestBytes = 1 << 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Packs files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="names">Names in the archive, which are paths in the folder.</param>
    /// <param name="target">The archive, which is created for its owner only and must not exist.</param>
    /// <param name="madeAt">When the backup was begun.</param>
    /// <param name="madeBy">The program's version.</param>
    public static void Write(string folder, IReadOnlyList<string> names, string target, DateTimeOffset madeAt, string madeBy)
    {
        var manifest = new BackupManifest(BackupManifest.Version, madeAt, madeBy, [.. names.Select(name => Describe(folder, name))]);
        using var file = new FileStream(target, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        using (var packed = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(packed, TarEntryFormat.Pax))
        {
            using var first = new MemoryStream(manifest.ToBytes());
            tar.WriteEntry(Entry(BackupManifest.EntryName, first, madeAt));
            foreach (var name in names)
            {
                using var content = File.OpenRead(Path.Combine(folder, name));
                tar.WriteEntry(Entry(name, content, madeAt));
            }
        }
        file.Flush(flushToDisk: true);
    }

    /// <summary>Unpacks an archive into an empty folder and checks every byte of it.</summary>
    /// <returns>The manifest.</returns>
    /// <exception cref="InvalidDataException">The archive is damaged or not one of ours; the message goes on after "the backup cannot be used:".</exception>
    public static BackupManifest Extract(string archive, string folder)
    {
        try
        {
            using var file = File.OpenRead(archive);
            using var packed = new GZipStream(file, CompressionMode.Decompress);
            using var tar = new TarReader(packed);
            var manifest = ReadManifest(tar);
            var missing = manifest.Files.ToDictionary(f => f.Name);
            while (tar.GetNextEntry() is { } entry)
            {
                if (!missing.Remove(entry.Name, out var expected))
                    throw new InvalidDataException($"it holds {entry.Name}, which its manifest does not list");
                Extract(entry, expected, folder);
            }
            return missing.Count == 0 ? manifest : throw new InvalidDataException($"{missing.Keys.First()} is missing");
        }
        catch (EndOfStreamException cut)
        {
            throw new InvalidDataException("it ends too early", cut);
        }
    }

    private static BackupManifest ReadManifest(TarReader tar)
    {
        if (First(tar) is not { Name: BackupManifest.EntryName, DataStream: { Length: <= MostManifestBytes } json })
            throw new InvalidDataException("it is not a backup made by actorkube");
        var manifest = BackupManifest.Read(json);
        foreach (var file in manifest.Files)
            if (file.Name.Split('/') is not [var folder and ("pki" or "journal"), var name] || name.Length == 0 || name.StartsWith('.') || folder.Length == 0)
                throw new InvalidDataException($"its manifest lists {file.Name}, which is no part of a backup");
        return manifest;
    }

    private static TarEntry? First(TarReader tar)
    {
        try
        {
            return tar.GetNextEntry();
        }
        catch (InvalidDataException other)
        {
            throw new InvalidDataException("it is not a backup made by actorkube", other);
        }
    }

    private static void Extract(TarEntry entry, BackupFile expected, string folder)
    {
        var path = Path.Combine(folder, expected.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnly | UnixFileMode.UserExecute);
        using var target = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, UnixCreateMode = OwnerOnly });
        entry.DataStream?.CopyTo(target);
        target.Flush(flushToDisk: true);
        target.Position = 0;
        if (target.Length != expected.Size || Hash(target) != expected.Sha256)
            throw new InvalidDataException($"{expected.Name} is damaged: its checksum is wrong");
    }

    private static PaxTarEntry Entry(string name, Stream content, DateTimeOffset at) =>
        new(TarEntryType.RegularFile, name) { DataStream = content, Mode = OwnerOnly, ModificationTime = at };

    private static BackupFile Describe(string folder, string name)
    {
        using var content = File.OpenRead(Path.Combine(folder, name));
        return new BackupFile(name, content.Length, Hash(content));
    }

    private static string Hash(Stream content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
