using System.Collections.Immutable;
using ActorKube.Api.Names;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

internal sealed partial class SimulatedNode
{
    private Func<ObjectKey, ImmutableDictionary<string, string>?> _annotations = static _ => null;

    /// <summary>From now on the use of containers follows the annotations that their pods have at the time.</summary>
    public void Follow(Func<ObjectKey, ImmutableDictionary<string, string>?> annotations) => _annotations = annotations;

    /// <summary>What a running container seems to use.</summary>
    public ContainerStats Stats(SimulatedContainer container, DateTimeOffset now)
    {
        var (total, nanoCores, memory) = (container.Use ??= new SimulatedUse(container.Script, container.RunsSince)).Read(now, Script(container));
        var limit = (ulong)Math.Max(0, container.Resources.MemoryLimitBytes);
        return new ContainerStats
        {
            Id = container.Id,
            Metadata = container.Metadata,
            Labels = container.Labels,
            Cpu = new CpuUsage(Shown(now), total, nanoCores),
            Memory = new MemoryUsage(Shown(now), memory, memory, memory, limit > memory ? limit - memory : limit > 0 ? 0 : null, 0, 0),
            WritableLayer = new FileSystemUsage(Shown(now), "", 0, 0),
        };
    }

    /// <summary>What a sandbox with its containers seems to use.</summary>
    public SandboxStats Stats(SimulatedSandbox sandbox, DateTimeOffset now)
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
            Cpu = new CpuUsage(Shown(now), total, rate),
            Memory = new MemoryUsage(Shown(now), memory, memory, memory, null, 0, 0),
            Interfaces = sandbox.Ips.IsEmpty ? [] : [new InterfaceUsage("eth0", 0, 0, 0, 0)],
            ProcessCount = (ulong)containers.Length + 1,
            Containers = [.. containers],
        };
    }

    // What can no longer be read is no reason to fail: the pod runs, and goes on as it was.
    private SimulationScript Script(SimulatedContainer container)
    {
        var pod = container.Sandbox.Config.Metadata;
        if (_annotations(new ObjectKey(pod.Namespace, pod.Name)) is not { } annotations)
            return container.Script;
        try
        {
            return ScriptAnnotations.Apply(container.Script, annotations, container.Metadata.Name);
        }
        catch (RuntimeException)
        {
            return container.Script;
        }
    }
}
