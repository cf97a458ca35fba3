using System.Globalization;
using System.Runtime.InteropServices;
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
        Environment.MachineName.ToLowerInvariant(),
        ReadLine("/etc/machine-id"),
        ReadLine("/sys/class/dmi/id/product_uuid"),
        ReadLine("/proc/sys/kernel/random/boot_id"),
        ReadLine("/proc/sys/kernel/osrelease"),
        OsImage(),
        Architecture(RuntimeInformation.OSArchitecture),
        new NodeCapacity(Environment.ProcessorCount, Memory("MemTotal"), Disk()?.TotalSize ?? 0));

    /// <inheritdoc/>
    public MachinePressure Pressure() => new(
        Memory("MemAvailable") is > 0 and < LeastMemory,
        Disk() is { TotalSize: > 0 } disk && disk.AvailableFreeSpace < disk.TotalSize * LeastDiskShare,
        ProcessShare() > 1 - LeastProcessShare);

    /// <inheritdoc/>
    public MachineUsage Usage() => new(CpuNanoseconds(ReadLine("/proc/stat")), (ulong)Math.Max(0, Memory("MemTotal") - Memory("MemFree") - Memory("Inactive(file)")));

    // cpu USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL …, in hundredths of a second on every Linux; what a guest uses is part of the first two.
    internal static ulong CpuNanoseconds(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ulong ticks = 0;
        for (var i = 1; i < Math.Min(words.Length, 9); i++)
            if (i is not (4 or 5) && ulong.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out var spent))
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
        const string Key = "PRETTY_NAME=";
        var line = ReadLines("/etc/os-release").FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal));
        return line is null ? RuntimeInformation.OSDescription : line[Key.Length..].Trim('"');
    }

    private static long Memory(string field)
    {
        var line = ReadLines("/proc/meminfo").FirstOrDefault(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    // The fourth word of loadavg is running/total.
    private static double ProcessShare()
    {
        var total = ReadLine("/proc/loadavg").Split(' ') is { Length: > 3 } words && words[3].Split('/') is [_, var count] ? count : "0";
        var most = ReadLine("/proc/sys/kernel/pid_max");
        return long.TryParse(total, CultureInfo.InvariantCulture, out var used) && long.TryParse(most, CultureInfo.InvariantCulture, out var limit) && limit > 0 ? (double)used / limit : 0;
    }

    private DriveInfo? Disk()
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(directory));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string ReadLine(string path) => ReadLines(path).FirstOrDefault() ?? "";

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
