using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Pods.Status;

/// <summary>What the status says about the node.</summary>
/// <param name="RuntimeName">Prefix of container ids: <c>containerd</c>.</param>
/// <param name="HostIps">The node's addresses, the primary first.</param>
internal sealed record NodeFacts(string RuntimeName, ImmutableArray<string> HostIps);

/// <summary>The status of a pod: a pure function of the same inputs as the decision.</summary>
internal static class PodStatusBuilder
{
    /// <summary>Builds the status.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="seen">What the runtime shows.</param>
    /// <param name="memory">What is remembered.</param>
    /// <param name="before">The status before this one; null for none.</param>
    /// <param name="known">All conditions the API shows, those of other owners among them.</param>
    /// <param name="node">The node.</param>
    /// <param name="now">The current time.</param>
    public static PodStatusView Build(
        PodView pod, PodSeen seen, PodMemory memory, PodStatusView? before, ImmutableArray<PodConditionView> known, NodeFacts node, DateTimeOffset now)
    {
        var alive = seen.Containers.Any(PodTeardown.IsAlive);
        var ended = !alive && (memory.Terminal || memory.Verdict is not null || pod.Deleted is not null || memory.Orphaned);
        var refused = WasRefused(pod, seen, before);
        var init = Containers(pod, refused ? [] : pod.Init, seen, memory, before?.Init, node, ended);
        var regular = Containers(pod, refused ? [] : pod.Regular, seen, memory, before?.Regular, node, ended);
        var status = new PodStatusView
        {
            Phase = before is { IsTerminal: true } ? before.Phase : memory.Verdict is not null ? PodPhases.Failed : PodPhases.Of(pod, init, regular, ended),
            Reason = memory.Verdict?.Reason ?? before?.Reason ?? "",
            Message = memory.Verdict?.Message ?? before?.Message ?? "",
            HostIps = refused ? [] : node.HostIps,
            PodIps = Addresses(pod, seen, before, node),
            StartTime = WholeSeconds(memory.StartTime),
            ObservedGeneration = pod.Generation,
            Init = init,
            Regular = regular,
            Ephemeral = pod.Ephemeral.IsEmpty ? [] : [.. pod.Ephemeral.Select(ContainerStatuses.OfEphemeral)],
        };
        var conditions = before is null ? known : known.RemoveAll(k => before.Conditions.Any(c => c.Type == k.Type)).AddRange(before.Conditions);
        status = status with
        {
            Conditions = refused
                ? PodConditions.OfRefused(conditions, WholeSeconds(now))
                : PodConditions.Of(pod, !SandboxRules.NeedsNew(pod, seen), status, conditions, WholeSeconds(now), memory.Given.IsEmpty || status.IsTerminal ? null : PodResize.Refusal),
        };
        return alive && status.IsTerminal && before is not { IsTerminal: true } ? Held(status, before) : status;
    }

    // The end of a pod tells others that what it held is free: it is not told while a container may still run. What is to come shows in the conditions already, as upstream's status manager has it.
    private static PodStatusView Held(PodStatusView status, PodStatusView? before) =>
        status with { Phase = before?.Phase ?? PodPhases.Running, Reason = before?.Reason ?? "", Message = before?.Message ?? "" };

    // Of a pod that was never taken on there is nothing to tell but why.
    private static bool WasRefused(PodView pod, PodSeen seen, PodStatusView? before) =>
        seen.Containers.IsEmpty && seen.Sandboxes.IsEmpty && before is not { Regular.IsEmpty: false } && (pod.Rejection is not null || before is { IsTerminal: true });

    /// <summary>The API's times have whole seconds; comparing finer ones would find changes where there are none.</summary>
    public static DateTimeOffset WholeSeconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

    private static ImmutableArray<ContainerStatusView> Containers(
        PodView pod, ImmutableArray<ContainerView> containers, PodSeen seen, PodMemory memory, ImmutableArray<ContainerStatusView>? before, NodeFacts node, bool ended)
    {
        if (containers.IsEmpty)
            return [];
        var statuses = ImmutableArray.CreateBuilder<ContainerStatusView>(containers.Length);
        foreach (var container in containers)
            statuses.Add(ContainerStatuses.Of(pod, container, seen, memory, before?.FirstOrDefault(s => s.Name == container.Name), node.RuntimeName, ended));
        return statuses.MoveToImmutable();
    }

    private static ImmutableArray<string> Addresses(PodView pod, PodSeen seen, PodStatusView? before, NodeFacts node)
    {
        if (pod.HostNetwork)
            return node.HostIps;
        if (seen.Sandbox is { Ready: true } sandbox && !sandbox.Ips.IsEmpty)
            return sandbox.Ips;
        return before?.PodIps ?? [];
    }
}
