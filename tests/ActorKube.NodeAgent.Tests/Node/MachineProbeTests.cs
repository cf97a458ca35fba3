using System.Text;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Node;

public sealed class MachineProbeTests
{
    // Paths, handles and what the disk is asked with; files as text took 30 and 54 KB.
    private const long MostBytesForALook = 4 * 1024;

    private readonly MachineProbe _probe = new("/");

    [Fact]
    public void A_look_at_the_machine_allocates_next_to_nothing()
    {
        Assert.InRange(Allocated(() => _probe.Pressure()), 0, MostBytesForALook);
        Assert.InRange(Allocated(() => _probe.Usage()), 0, MostBytesForALook);
    }

    [Fact]
    public void This_machine_is_seen_as_the_system_tells()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It looks at Linux.");
        var machine = _probe.Describe();
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(), machine.BootId);
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), machine.KernelVersion);
        Assert.DoesNotContain('"', machine.OsImage);
        var total = File.ReadAllLines("/proc/meminfo").Single(static l => l.StartsWith("MemTotal:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.Equal(long.Parse(total) * 1024, machine.Capacity.MemoryBytes);
        Assert.Equal(new DriveInfo("/").TotalSize, machine.Capacity.EphemeralStorageBytes);
        Assert.Equal(Environment.ProcessorCount, machine.Capacity.CpuCores);
        var used = _probe.Usage();
        Assert.True(used.CpuNanoseconds > 0);
        Assert.InRange(used.WorkingSetBytes, 1ul, (ulong)machine.Capacity.MemoryBytes);
    }

    [Fact]
    public void Memory_in_large_pages_is_told_by_their_size()
    {
        using var root = new TempDirectory();
        foreach (var (size, pages) in new[] { ("2048kB", "3\n"), ("1048576kB", "0\n"), ("64kB", "16\n"), ("odd", "1\n") })
        {
            Directory.CreateDirectory(root[$"hugepages-{size}"]);
            File.WriteAllText(root[$"hugepages-{size}/nr_hugepages"], pages);
        }
        Assert.Equal(["hugepages-1Gi 0", "hugepages-2Mi 6Mi", "hugepages-64Ki 1Mi"], HugePages.Read(root.Path).Select(static p => $"{p.Resource} {p.Amount}"));
        Assert.Empty(HugePages.Read(root["none"]));
    }

    [Fact]
    public void A_disk_that_is_not_there_is_not_full() => Assert.False(new MachineProbe("/none/below").Pressure().Disk);

    [Theory]
    [InlineData("MemTotal:        16 kB\nMemFree: 7 kB\n", "MemFree:", 7)]
    [InlineData("MemTotal:        16 kB\nMemFree: 7 kB\n", "MemTotal:", 16)]
    [InlineData("XMemFree: 7 kB", "MemFree:", 0)]
    [InlineData("MemFree: many", "MemFree:", 0)]
    [InlineData("MemFree:", "MemFree:", 0)]
    [InlineData("", "MemFree:", 0)]
    public void A_figure_is_found_by_the_name_at_the_beginning_of_its_line(string text, string name, long figure) =>
        Assert.Equal(figure, KernelText.Number(KernelText.Word(KernelText.After(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(name)), 0)));

    [Fact]
    public void Of_a_file_that_is_longer_than_there_is_room_the_beginning_is_read_and_of_one_that_is_missing_nothing()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory["long"], new string('x', 3 * KernelText.Enough));
        Assert.Equal(KernelText.Enough, KernelText.Read(directory["long"], new byte[KernelText.Enough]).Length);
        Assert.Equal(0, KernelText.Read(directory["missing"], new byte[KernelText.Enough]).Length);
        Assert.Equal("", KernelText.FirstLine(directory["missing"]));
    }

    private static long Allocated(Action look)
    {
        look();
        var before = GC.GetAllocatedBytesForCurrentThread();
        look();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
