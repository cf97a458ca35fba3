using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Execution;

/// <summary>
/// The pods' own cgroups: the runtime puts containers below them but leaves making, limiting and removing them to us. Written for hierarchies of version 1
/// (one tree per controller) and 2 (one tree). Without rights or cgroups nothing is done; containers keep their own limits.
/// </summary>
/// <param name="mountPoint">Where cgroups are mounted.</param>
/// <param name="root">Cgroup below which those of pods go; null when it is the runtime that makes them.</param>
internal sealed class PodCgroups(string mountPoint, string? root)
{
    private const long Period = 100_000;
    private static readonly string[] Controllers = ["cpu", "cpuacct", "cpuset", "memory", "pids"];

    private readonly Lock _weighing = new();

    /// <summary>Makes a pod's cgroup with the sums of its containers' limits.</summary>
    /// <exception cref="SetupException">The kernel refuses.</exception>
    public void Create(V1Pod pod, string path)
    {
        if (root is null || path.Length == 0)
            return;
        try
        {
            if (File.Exists(Path.Combine(mountPoint, "cgroup.controllers")))
                CreateUnified(pod, path);
            else
                CreatePerController(pod, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SetupException("FailedCreatePodContainer", $"unable to ensure pod container exists: {error.Message}");
        }
    }

    /// <summary>Removes a pod's cgroup, whichever agent made it; one that is gone or still has processes is left.</summary>
    public void Remove(string uid)
    {
        if (root is null)
            return;
        foreach (var mounted in (string[])[mountPoint, .. Controllers.Append("unified").Select(c => Path.Combine(mountPoint, c))])
            foreach (var path in SandboxConfigBuilder.CgroupParents(uid, root))
                if (Directory.Exists(mounted + path))
                    TryRemove(mounted + path);
    }

    private void TryRemove(string directory)
    {
        try
        {
            Directory.Delete(directory);
            WeighClasses(Path.GetDirectoryName(directory)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Only an empty cgroup can be removed; what the runtime still holds it will release itself.
        }
    }

    private void CreatePerController(V1Pod pod, string path)
    {
        foreach (var controller in Controllers)
        {
            var mounted = Path.Combine(mountPoint, controller);
            if (!Directory.Exists(mounted))
                continue;
            var directory = mounted + path;
            Directory.CreateDirectory(directory);
            switch (controller)
            {
                case "cpu":
                    Write(directory, "cpu.shares", LinuxResources.Shares(PodResources.CpuRequest(pod)));
                    WeighClasses(Path.GetDirectoryName(directory)!);
                    Limit(directory, "cpu.cfs_quota_us", LinuxResources.Quota(PodResources.CpuLimit(pod)));
                    break;
                case "memory":
                    Limit(directory, "memory.limit_in_bytes", PodResources.MemoryLimit(pod));
                    break;
                case "cpuset":
                    Inherit(mounted, path);
                    break;
            }
        }
    }

    private void CreateUnified(V1Pod pod, string path)
    {
        var at = mountPoint;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            File.WriteAllText(Path.Combine(at, "cgroup.subtree_control"), "+cpu +memory +pids");
            at = Path.Combine(at, part);
            Directory.CreateDirectory(at);
        }
        // The kernel's range is 1 to 10000 where shares go from 2 to 262144.
        Write(at, "cpu.weight", 1 + (LinuxResources.Shares(PodResources.CpuRequest(pod)) - 2) * 9999 / 262142);
        if (LinuxResources.Quota(PodResources.CpuLimit(pod)) is > 0 and var quota)
            File.WriteAllText(Path.Combine(at, "cpu.max"), $"{quota} {Period}");
        Limit(at, "memory.max", PodResources.MemoryLimit(pod));
        WeighClasses(Path.GetDirectoryName(at)!);
    }

    // Pods of a class share what the class has against the others: what they ask for together, which for best effort is next to nothing, as upstream has it. The sum is taken from the tree, where pods of an earlier agent are too.
    private void WeighClasses(string directory)
    {
        // Pods come and go at once: whoever adds up last has to be who writes last.
        lock (_weighing)
        {
            try
            {
                Weigh(directory);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The pod has its own share; that of its class is set again with the next pod.
            }
        }
    }

    private static void Weigh(string directory)
    {
        foreach (var (file, least, most) in (ReadOnlySpan<(string, long, long)>)[("cpu.shares", 2, 262_144), ("cpu.weight", 1, 10_000)])
            if (File.Exists(Path.Combine(directory, file)))
                switch (Path.GetFileName(directory))
                {
                    case SandboxConfigBuilder.BestEffort:
                        Write(directory, file, least);
                        break;
                    case SandboxConfigBuilder.Burstable:
                        Write(directory, file, Math.Min(most, least + Directory.GetDirectories(directory, "pod*").Sum(pod => Read(pod, file, least) - least)));
                        break;
                }
    }

    private static long Read(string directory, string file, long otherwise)
    {
        try
        {
            return long.TryParse(File.ReadAllText(Path.Combine(directory, file)).AsSpan().Trim(), out var value) ? value : otherwise;
        }
        catch (IOException)
        {
            // The cgroup went since its name was read: it weighs nothing any more.
            return otherwise;
        }
    }

    // A new cpuset has no CPUs until it is told: each level takes its parent's.
    private static void Inherit(string mounted, string path)
    {
        var at = mounted;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var parent = at;
            at = Path.Combine(at, part);
            foreach (var file in (string[])["cpuset.cpus", "cpuset.mems"])
                if (File.ReadAllText(Path.Combine(at, file)).Trim().Length == 0)
                    File.WriteAllText(Path.Combine(at, file), File.ReadAllText(Path.Combine(parent, file)).Trim());
        }
    }

    private static void Limit(string directory, string file, long value)
    {
        if (value > 0)
            Write(directory, file, value);
    }

    private static void Write(string directory, string file, long value)
    {
        var path = Path.Combine(directory, file);
        if (File.Exists(path))
            File.WriteAllText(path, value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
