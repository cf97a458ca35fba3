using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Machinery.Times;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.Protocol.Usage;

namespace ActorKube.NodeAgent.Usage;

/// <summary>
/// Turns CPU time since the start into rates: the difference of two samples over the time between them. Keeps the last sample of each running container and of the machine, nothing else.
/// A container that is seen for the first time, or whose count has gone back, has no figure yet, and its pod is told of when all its running containers have one: half of a pod would look
/// like an idle one.
/// </summary>
/// <param name="maxContainers">Most containers told of at once.</param>
internal sealed class UsageSampler(int maxContainers)
{
    private Dictionary<string, Sample> _last = [];
    private Sample? _machine;

    private readonly record struct Sample(TimeSpan At, DateTimeOffset Shown, ulong CpuNanoseconds);

    private sealed record Rated(ContainerStats Stats, DateTimeOffset At, TimeSpan Window, ContainerUsage? Usage);

    /// <summary>What was used since the sample before; null while there is none.</summary>
    /// <param name="stats">The running containers of the node.</param>
    /// <param name="machine">The machine; null for a node without one, which uses what its pods use.</param>
    /// <param name="now">The present.</param>
    public UsageReport? Take(IReadOnlyList<ContainerStats> stats, MachineUsage? machine, Present now)
    {
        var next = new Dictionary<string, Sample>(stats.Count);
        var rated = stats.Select(s => Rate(s, next, now)).ToList();
        _last = next;
        var pods = Pods(rated);
        var (before, present) = (_machine, new Sample(now.Uptime, now, machine?.CpuNanoseconds ?? 0));
        _machine = present;
        if (before is not { } last || present.At <= last.At)
            return null;
        var usage = machine is { } whole
            ? new UsedAmounts(NanoCores(last, present), Bytes(whole.WorkingSetBytes))
            : pods.SelectMany(p => p.Containers).Aggregate(default(UsedAmounts), static (sum, c) => sum + c.Usage);
        return new UsageReport(now, present.At - last.At, usage, pods);
    }

    private Rated Rate(ContainerStats stats, Dictionary<string, Sample> next, Present now)
    {
        if (stats is not { Cpu: { } cpu, WorkingSetBytes: { } memory })
            return new Rated(stats, default, default, null);
        var present = new Sample(now.UptimeOf(cpu.Timestamp), cpu.Timestamp, cpu.TotalNanoseconds);
        next[stats.Id] = present;
        return _last.TryGetValue(stats.Id, out var last) && present.Shown != last.Shown && present.At > last.At && present.CpuNanoseconds >= last.CpuNanoseconds
            ? new Rated(stats, present.Shown, present.At - last.At, new ContainerUsage(stats.Metadata.Name, new UsedAmounts(NanoCores(last, present), Bytes(memory))))
            : new Rated(stats, default, default, null);
    }

    private ImmutableArray<PodUsage> Pods(List<Rated> rated)
    {
        var pods = ImmutableArray.CreateBuilder<PodUsage>();
        var told = 0;
        foreach (var pod in rated.GroupBy(r => r.Stats.Labels.GetValueOrDefault(RuntimeLabels.PodUid, "")))
        {
            var first = pod.First();
            if (pod.Key.Length == 0 || pod.Any(r => r.Usage is null) || (told += pod.Count()) > maxContainers)
                continue;
            var key = new ObjectKey(first.Stats.Labels.GetValueOrDefault(RuntimeLabels.PodNamespace, ""), first.Stats.Labels.GetValueOrDefault(RuntimeLabels.PodName, ""));
            pods.Add(new PodUsage(key, pod.Key, pod.Min(r => r.At), first.Window, [.. pod.Select(r => r.Usage!.Value).OrderBy(c => c.Name, StringComparer.Ordinal)]));
        }
        return pods.ToImmutable();
    }

    // Scripts of simulated containers may say anything.
    private static long Bytes(ulong bytes) => (long)Math.Min(bytes, long.MaxValue);

    private static long NanoCores(Sample last, Sample present) =>
        present.CpuNanoseconds < last.CpuNanoseconds ? 0 : (long)((present.CpuNanoseconds - last.CpuNanoseconds) / (present.At - last.At).TotalSeconds);
}
