using System.Formats.Tar;
using System.IO.Compression;
using ActorKube.Backup;

namespace ActorKube.Tests.Backup;

public sealed class BackupArchiveTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly TemporaryDirectory _directory = new();

    private string Archive => _directory.Under("archive");

    private string Unpacked => _directory.Under("unpacked");

    [Fact]
    public void What_was_packed_comes_out_for_its_owner_only()
    {
        Pack();
        var manifest = BackupArchive.Extract(Archive, Unpacked);
        Assert.Equal(Now, manifest.MadeAt);
        Assert.Equal("v9", manifest.MadeBy);
        Assert.Equal("the key", File.ReadAllText(Path.Combine(Unpacked, "pki/ca.key")));
        Assert.Equal(new string('x', 100_000), File.ReadAllText(Path.Combine(Unpacked, "journal/journal.db")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Archive));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Unpacked, "pki/ca.key")));
    }

    [Fact]
    public void An_archive_is_never_overwritten()
    {
        _directory.Write("archive", "mine");
        Assert.Throws<IOException>(Pack);
        Assert.Equal("mine", File.ReadAllText(Archive));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.97)]
    public void An_archive_that_was_cut_off_is_refused(double kept)
    {
        Pack();
        using (var file = File.OpenWrite(Archive))
            file.SetLength((long)(file.Length * kept));
        Assert.Throws<InvalidDataException>(() => BackupArchive.Extract(Archive, Unpacked));
    }

    [Fact]
    public void A_changed_file_is_refused_by_name()
    {
        Repack(entry => entry.Name == "pki/ca.key" ? Copy(entry, "the kex") : entry);
        Refused("pki/ca.key is damaged");
    }

    [Fact]
    public void A_missing_file_is_refused_by_name()
    {
        Repack(entry => entry.Name == "pki/ca.key" ? null : entry);
        Refused("pki/ca.key is missing");
    }

    [Fact]
    public void An_additional_file_is_refused_by_name()
    {
        Repack(entry => entry.Name == "pki/ca.key" ? Renamed(entry, "pki/other.key") : entry);
        Refused("it holds pki/other.key, which its manifest does not list");
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("pki/../../x")]
    [InlineData("pki/..")]
    [InlineData("/etc/passwd")]
    [InlineData("format")]
    [InlineData("pki/a/b")]
    public void A_name_that_leaves_the_folder_is_refused(string name)
    {
        Repack(entry => entry.Name == BackupManifest.EntryName ? Edited(entry, text => text.Replace("pki/ca.key", name, StringComparison.Ordinal)) : entry);
        Refused("which is no part of a backup");
        Assert.False(Directory.Exists(Unpacked));
    }

    [Fact]
    public void A_newer_format_is_refused_with_what_to_do()
    {
        Repack(entry => entry.Name == BackupManifest.EntryName ? Edited(entry, text => text.Replace("\"format\": 1", "\"format\": 7, \"news\": []", StringComparison.Ordinal)) : entry);
        Refused("it has format 7, and this program reads formats up to 1: use the newer actorkube that made it");
    }

    [Fact]
    public void Another_kind_of_file_is_refused()
    {
        _directory.Write("archive", "some text");
        Refused("it is not a backup made by actorkube");
        _directory.Write("other/pki/x", "y");
        File.Delete(Archive);
        using (var file = File.Create(Archive))
        using (var packed = new GZipStream(file, CompressionLevel.Fastest))
            TarFile.CreateFromDirectory(_directory.Under("other"), packed, includeBaseDirectory: false);
        Refused("it is not a backup made by actorkube");
    }

    public void Dispose() => _directory.Dispose();

    private void Pack()
    {
        _directory.Write("source/pki/ca.key", "the key");
        _directory.Write("source/journal/journal.db", new string('x', 100_000));
        BackupArchive.Write(_directory.Under("source"), ["pki/ca.key", "journal/journal.db"], Archive, Now, "v9");
    }

    private void Refused(string reason) => Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => BackupArchive.Extract(Archive, Unpacked)).Message);

    private void Repack(Func<TarEntry, TarEntry?> change)
    {
        Pack();
        var original = _directory.Under("original");
        File.Move(Archive, original);
        using var source = new TarReader(new GZipStream(File.OpenRead(original), CompressionMode.Decompress));
        using var target = new TarWriter(new GZipStream(File.Create(Archive), CompressionLevel.Fastest));
        while (source.GetNextEntry(copyData: true) is { } entry)
            if (change(entry) is { } kept)
                target.WriteEntry(kept);
    }

    private static PaxTarEntry Edited(TarEntry entry, Func<string, string> edit) => Copy(entry, edit(new StreamReader(entry.DataStream!).ReadToEnd()));

    private static PaxTarEntry Copy(TarEntry entry, string content) =>
        new(TarEntryType.RegularFile, entry.Name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)) };

    private static PaxTarEntry Renamed(TarEntry entry, string name) => new(TarEntryType.RegularFile, name) { DataStream = entry.DataStream };
}
