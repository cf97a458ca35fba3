using System.Formats.Tar;

namespace ActorKube.Testing.Containers;

/// <summary>Writes tar files without times, so that equal contents are equal bytes.</summary>
internal static class Tar
{
    public static byte[] Write(IEnumerable<UstarTarEntry> entries)
    {
        using var buffer = new MemoryStream();
        using (var writer = new TarWriter(buffer, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                entry.ModificationTime = DateTimeOffset.UnixEpoch;
                entry.DataStream?.Seek(0, SeekOrigin.Begin);
                writer.WriteEntry(entry);
            }
        }
        return buffer.ToArray();
    }

    public static UstarTarEntry File(string path, byte[] content) =>
        new(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(content) };
}
