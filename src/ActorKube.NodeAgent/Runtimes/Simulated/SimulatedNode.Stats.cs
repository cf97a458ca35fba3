namespace ActorKube.NodeAgent.Runtimes.Simulated;

internal sealed partial class SimulatedNode
{
    /// <summary>What a running container seems to use.</summary>
    public static ContainerStats Stats(SimulatedContainer container, DateTimeOffset now)
    {
        var script = container.Script;
        var nanoCores = (ulong)script.CpuMillicores * 1_000_000;
        var elapsed = (now - container.StartedAt) ?? TimeSpan.Zero;
        var memory = (ulong)script.MemoryBytes;
        var limit = (ulong)Math.Max(0, container.Resources.MemoryLimitBytes);
        return new ContainerStats
        {
            Id = container.Id,
            Metadata = container.Metadata,
            Labels = container.Labels,
            Cpu = new CpuUsage(now, (ulong)(elapsed.TotalSeconds * nanoCores), nanoCores),
            Memory = new MemoryUsage(now, memory, memory, memory, limit > memory ? limit - memory : limit > 0 ? 0 : null, 0, 0),
            WritableLayer = new FileSystemUsage(now, "", 0, 0),
        };
    }

    /// <summary>What a sandbox with its containers seems to use.</summary>
    public static SandboxStats Stats(SimulatedSandbox sandbox, DateTimeOffset now)
    {
        var containers = sandbox.Containers.Where(c => c.State == ContainerState.Running).Select(c => Stats(c, now)).ToArray();
        ulong total = 0, rate = 0, memory = 0;
        foreach (var stats in containers)
        {
            total += stats.Cpu!.TotalNanoseconds;
            rate += stats.Cpu.NanoCores!.Value;
            memory += stats.Memory!.WorkingSetBytes;
        }
        return new SandboxStats
        {
            Id = sandbox.Id,
            Metadata = sandbox.Config.Metadata,
            Cpu = new CpuUsage(now, total, rate),
            Memory = new MemoryUsage(now, memory, memory, memory, null, 0, 0),
            Interfaces = sandbox.Ips.IsEmpty ? [] : [new InterfaceUsage("eth0", 0, 0, 0, 0)],
            ProcessCount = (ulong)containers.Length + 1,
            Containers = [.. containers],
        };
    }
}
