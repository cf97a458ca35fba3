using System.Collections.Immutable;
using V1 = ActorKube.Cri.V1;

namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>Statistics of CRI as the seam's records.</summary>
internal static class CriStats
{
    public static ContainerStats FromWire(this V1.ContainerStats wire) => new()
    {
        Id = wire.Attributes.Id,
        Metadata = wire.Attributes.Metadata.FromWire(),
        Labels = wire.Attributes.Labels.ToImmutableDictionary(),
        Cpu = wire.Cpu is { } cpu ? new CpuUsage(CriResponses.ToTime(cpu.Timestamp), cpu.UsageCoreNanoSeconds?.Value ?? 0) : null,
        WorkingSetBytes = wire.Memory is { } memory ? memory.WorkingSetBytes?.Value ?? 0 : null,
        WrittenBytes = wire.WritableLayer?.UsedBytes?.Value,
    };
}
