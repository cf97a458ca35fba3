using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using ActorKube.NodeAgent.Setup;

namespace ActorKube.NodeAgent.Node;

/// <summary>Looks at a Linux machine through <c>/proc</c>, <c>/sys</c> and <c>/etc</c>.</summary>
/// <param name="directory">A directory on the disk that pods use.</param>
internal sealed class MachineProbe(string directory) : INodeProbe
{
    // Upstream's default eviction thresholds.
    private const long LeastMemory = 100L * 1024 * 1024;
    private const double LeastDiskShare = 0.10;
    private const double LeastProcessShare = 0.05;
    private const ulong NanosecondsPerTick = 10_000_000;

    /// <inheritdoc/>
    public MachineInfo Describe() => new(
        KernelText.FirstLine("/etc/machine-id"),
        KernelText.FirstLine("/sys/class/dmi/id/product_uuid"),
        KernelText.FirstLine("/proc/sys/kernel/random/boot_id"),
        KernelText.FirstLine("/proc/sys/kernel/osrelease"),
        OsImage(),
        Architecture(RuntimeInformation.OSArchitecture),
        new NodeCapacity(Environment.ProcessorCount, Memory(MemoryInfo(stackalloc byte[KernelText.Enough]), "MemTotal:"u8), Disk().Size))
    {
        HugePages = HugePages.Read("/sys/kernel/mm/hugepages"),
    };

    /// <inheritdoc/>
    public MachinePressure Pressure()
    {
        var disk = Disk();
        return new(
            Memory(MemoryInfo(stackalloc byte[KernelText.Enough]), "MemAvailable:"u8) is > 0 and < LeastMemory,
            disk.Available < disk.Size * LeastDiskShare,
            ProcessShare() > 1 - LeastProcessShare);
    }

    /// <inheritdoc/>
    public MachineUsage Usage()
    {
        var memory = MemoryInfo(stackalloc byte[KernelText.Enough]);
        return new(
            CpuNanoseconds(KernelText.Read("/proc/stat", stackalloc byte[KernelText.Enough])),
            (ulong)Math.Max(0, Memory(memory, "MemTotal:"u8) - Memory(memory, "MemFree:"u8) - Memory(memory, "Inactive(file):"u8)));
    }

    // Begins with cpu USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL …, in hundredths of a second on every Linux; what a guest uses is part of the first two.
    internal static ulong CpuNanoseconds(ReadOnlySpan<byte> stat)
    {
        var line = KernelText.Word(stat, 0, (byte)'\n');
        ulong ticks = 0;
        for (var i = 1; i < 9; i++)
            if (i is not (4 or 5) && Utf8Parser.TryParse(KernelText.Word(line, i), out ulong spent, out _))
                ticks += spent;
        return ticks * NanosecondsPerTick;
    }

    private static string Architecture(Architecture architecture) => architecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static string OsImage()
    {
        var name = KernelText.After(KernelText.Read("/etc/os-release", stackalloc byte[KernelText.Enough]), "PRETTY_NAME="u8);
        return name.IsEmpty ? RuntimeInformation.OSDescription : Encoding.UTF8.GetString(name.Trim((byte)'"'));
    }

    private static ReadOnlySpan<byte> MemoryInfo(Span<byte> buffer) => KernelText.Read("/proc/meminfo", buffer);

    private static long Memory(ReadOnlySpan<byte> info, ReadOnlySpan<byte> field) => KernelText.Number(KernelText.Word(KernelText.After(info, field), 0)) * 1024;

    // The fourth word of loadavg is running/total.
    private static double ProcessShare()
    {
        var processes = KernelText.Word(KernelText.Read("/proc/loadavg", stackalloc byte[KernelText.Enough]), 3);
        var used = KernelText.Number(KernelText.Word(processes, 1, (byte)'/'));
        var most = KernelText.Number(KernelText.Read("/proc/sys/kernel/pid_max", stackalloc byte[KernelText.Enough]));
        return most > 0 ? (double)used / most : 0;
    }

    private (long Size, long Available) Disk()
    {
        try
        {
            var disk = new DriveInfo(Path.GetFullPath(directory));
            return (disk.TotalSize, disk.AvailableFreeSpace);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
