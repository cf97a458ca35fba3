using System.Text;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Tests.Runtimes;

/// <summary>Both kinds of log files, the same way.</summary>
public sealed class LogFilesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("logs-").FullName;

    public static TheoryData<string> Kinds => ["disk", "memory"];

    private string Path0 => Path.Combine(_directory, "main", "0.log");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_reader_at_the_end_sees_what_is_written_later(string kind)
    {
        var files = Create(kind);
        Append(files, Path0, "one\n");
        using var reader = new StreamReader(files.OpenRead(Path0)!);
        Assert.Equal("one\n", await reader.ReadToEndAsync(Cancel));

        var more = files.WaitForChangeAsync(Path0, 4, Cancel);
        Append(files, Path0, "two\n");
        await more;

        Assert.Equal("two\n", await reader.ReadToEndAsync(Cancel));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_moved_file_keeps_its_readers(string kind)
    {
        var files = Create(kind);
        Append(files, Path0, "one\n");
        using var reader = new StreamReader(files.OpenRead(Path0)!);

        files.Move(Path0, Path0 + ".1");
        Append(files, Path0, "two\n");

        Assert.Equal("one\n", reader.ReadToEnd());
        Assert.Equal([Path0, Path0 + ".1"], files.List(Path.GetDirectoryName(Path0)!));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Whoever_waits_for_a_file_that_is_replaced_is_woken(string kind)
    {
        var files = Create(kind);
        Append(files, Path0, "one\n");

        var wait = files.WaitForChangeAsync(Path0, 4, Cancel);
        files.Move(Path0, Path0 + ".1");

        await wait;
        Assert.Null(files.GetLength(Path0));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_not_there_is_no_error_to_read_list_or_delete(string kind)
    {
        var files = Create(kind);

        Assert.Null(files.OpenRead("/no/such/file"));
        Assert.Null(files.GetLength("/no/such/file"));
        Assert.Empty(files.List("/no/such"));
        files.Delete("/no/such/file");
        files.DeleteDirectory("/no/such");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_reader_can_seek(string kind)
    {
        var files = Create(kind);
        Append(files, Path0, "0123456789");
        using var log = files.OpenRead(Path0)!;

        log.Seek(-3, SeekOrigin.End);
        var buffer = new byte[8];

        Assert.Equal(3, log.Read(buffer));
        Assert.Equal("789"u8, buffer.AsSpan(0, 3));
        Assert.Equal(0, log.Read(buffer));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IContainerLogFiles Create(string kind)
    {
        IContainerLogFiles files = kind == "disk" ? new DiskLogFiles(TimeProvider.System, TimeSpan.FromMilliseconds(5)) : new MemoryLogFiles();
        files.CreateDirectory(Path.GetDirectoryName(Path0)!);
        return files;
    }

    private static void Append(IContainerLogFiles files, string path, string text)
    {
        using var log = files.OpenAppend(path);
        log.Write(Encoding.UTF8.GetBytes(text));
    }
}
