using System.Collections.Immutable;
using ActorKube.Api.Validation;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins;

/// <summary>A node has to have what the pod asks for; emptier ones (or others, if so configured) are preferred.</summary>
internal sealed class NodeResourcesFit(FitArguments arguments) : IFilterPlugin, IScorePlugin, IEnqueueExtensions
{
    private static readonly string[] Reasons = ["Too many pods", "Insufficient cpu", "Insufficient memory", "Insufficient ephemeral-storage"];

    // One answer for each combination of the four reasons, without and with "even an empty node has too little".
    private readonly Status?[] _answers = new Status?[32];

    [Flags]
    private enum Lack
    {
        None = 0,
        Pods = 1,
        Cpu = 2,
        Memory = 4,
        EphemeralStorage = 8,
        Unresolvable = 16,
    }

    public string Name => PluginNames.NodeResourcesFit;

    public IEnumerable<EventRegistration> EventsToRegister =>
    [
        new(EventResource.AssignedPod, EventActions.Delete),
        new(EventResource.AssignedPod, EventActions.UpdatePodScaleDown, static (pod, e) => HasMore(pod, e.NewPod!.Requests, e.OldPod!.Requests)),
        new(EventResource.UnscheduledPod, EventActions.UpdatePodScaleDown),
        new(EventResource.Node, EventActions.Add | EventActions.UpdateNodeAllocatable, (pod, e) => CouldFit(pod, e.NewNode!) && (e.OldNode is null || HasMore(pod, e.OldNode.Allocatable, e.NewNode!.Allocatable))),
    ];

    public Status Filter(CycleState state, PodInfo pod, NodeInfo node)
    {
        var wanted = pod.Requests;
        var has = node.Spec.Allocatable;
        var taken = node.Requested;
        var lack = node.Pods.Count + 1 > has.Pods ? Lack.Pods : Lack.None;
        if (wanted.MilliCpu > 0 && wanted.MilliCpu > has.MilliCpu - taken.MilliCpu)
            lack |= Lack.Cpu | Unresolvable(wanted.MilliCpu, has.MilliCpu);
        if (wanted.Memory > 0 && wanted.Memory > has.Memory - taken.Memory)
            lack |= Lack.Memory | Unresolvable(wanted.Memory, has.Memory);
        if (wanted.EphemeralStorage > 0 && wanted.EphemeralStorage > has.EphemeralStorage - taken.EphemeralStorage)
            lack |= Lack.EphemeralStorage | Unresolvable(wanted.EphemeralStorage, has.EphemeralStorage);
        if (wanted.HasScalars)
            return WithScalars(lack, wanted, has, taken);
        return lack == Lack.None ? Status.Success : _answers[(int)lack] ??= Answer(lack, []);
    }

    public long Score(CycleState state, PodInfo pod, NodeInfo node)
    {
        var byShape = arguments.Strategy == ScoringStrategy.RequestedToCapacityRatio;
        long sum = 0, weights = 0;
        foreach (var resource in arguments.Resources)
        {
            var (requested, allocatable) = Allocation.WithAssumed(pod, node, resource.Name);
            if (allocatable == 0)
                continue;
            var score = Score(requested, allocatable);
            // By a shape, what scores nothing does not count against the others either, and half a point is one.
            if (byShape && score == 0)
                continue;
            sum += score * resource.Weight;
            weights += resource.Weight;
        }
        return weights == 0 ? 0 : (byShape ? sum + weights / 2 : sum) / weights;
    }

    private long Score(long requested, long allocatable) => arguments.Strategy switch
    {
        ScoringStrategy.LeastAllocated => requested > allocatable ? 0 : (allocatable - requested) * IScorePlugin.MaxScore / allocatable,
        ScoringStrategy.MostAllocated => Math.Min(requested, allocatable) * IScorePlugin.MaxScore / allocatable,
        ScoringStrategy.RequestedToCapacityRatio => arguments.Shape.At(requested, allocatable),
        _ => throw new InvalidOperationException($"Unknown strategy {arguments.Strategy}."),
    };

    private bool IsIgnored(string resource) =>
        (arguments.Ignored.Length > 0 || arguments.IgnoredGroups.Length > 0) && ResourceNames.IsExtended(resource)
        && (arguments.Ignored.Contains(resource) || arguments.IgnoredGroups.Contains(resource[..resource.IndexOf('/', StringComparison.Ordinal)]));

    private static Lack Unresolvable(long wanted, long has) => wanted > has ? Lack.Unresolvable : Lack.None;

    private Status WithScalars(Lack lack, ResourceAmounts wanted, ResourceAmounts has, ResourceAmounts taken)
    {
        List<string>? short_ = null;
        foreach (var (name, amount) in wanted.Scalars)
        {
            if (amount == 0 || IsIgnored(name) || amount <= has[name] - taken[name])
                continue;
            lack |= Unresolvable(amount, has[name]);
            (short_ ??= []).Add($"Insufficient {name}");
        }
        if (short_ is null)
            return lack == Lack.None ? Status.Success : _answers[(int)lack] ??= Answer(lack, []);
        return Answer(lack, short_);
    }

    private Status Answer(Lack lack, IEnumerable<string> scalars)
    {
        ImmutableArray<string> reasons = [.. Reasons.Where((_, i) => lack.HasFlag((Lack)(1 << i))), .. scalars];
        return lack.HasFlag(Lack.Unresolvable) ? Status.Unresolvable(Name, reasons) : Status.Unschedulable(Name, reasons);
    }

    // Whether there is more of something that the pod asks for; of a pod that takes less now there is more for others.
    private static bool HasMore(PodInfo pod, ResourceAmounts before, ResourceAmounts now)
    {
        var wanted = pod.Requests;
        return now.Pods > before.Pods || (wanted.MilliCpu > 0 && now.MilliCpu > before.MilliCpu) || (wanted.Memory > 0 && now.Memory > before.Memory)
            || (wanted.EphemeralStorage > 0 && now.EphemeralStorage > before.EphemeralStorage) || wanted.Scalars.Any(s => s.Value > 0 && now[s.Key] > before[s.Key]);
    }

    private bool CouldFit(PodInfo pod, NodeSpec node)
    {
        var wanted = pod.Requests;
        var has = node.Allocatable;
        return has.Pods > 0 && wanted.MilliCpu <= has.MilliCpu && wanted.Memory <= has.Memory && wanted.EphemeralStorage <= has.EphemeralStorage
            && wanted.Scalars.All(s => IsIgnored(s.Key) || s.Value <= has[s.Key]);
    }
}
