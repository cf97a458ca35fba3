using System.Collections.Immutable;
using ActorKube.Machinery.Times;

namespace ActorKube.NodeAgent.Pods;

/// <summary>One decision in the making: the inputs, and what has been gathered so far.</summary>
internal sealed class PodDraft(PodView pod, PodSeen seen, PodMemory memory, Present now)
{
    private TimeSpan? _wakeAt;
    private ImmutableArray<PodEvent> _events = [];

    public PodView Pod { get; } = pod;

    public PodSeen Seen { get; } = seen;

    /// <summary>The time that all waits go by.</summary>
    public TimeSpan Uptime => now.Uptime;

    public PodMemory Memory { get; set; } = memory;

    /// <summary>Asks for another decision at that time, unless one comes earlier.</summary>
    public void WakeAt(TimeSpan at)
    {
        if (_wakeAt is not { } known || at < known)
            _wakeAt = at;
    }

    /// <summary>When it was that the clock showed this, as <see cref="Uptime"/>.</summary>
    public TimeSpan UptimeOf(DateTimeOffset then) => now.UptimeOf(then);

    public void Report(PodEvent podEvent) => _events = _events.Add(podEvent);

    /// <summary>Whether a step of the whole pod failed and its retry is not due yet.</summary>
    public bool IsHeldBack()
    {
        if (Memory.Failure is not { } failure || failure.RetryAt <= Uptime)
            return false;
        WakeAt(failure.RetryAt);
        return true;
    }

    /// <summary>The stop of a container that runs.</summary>
    public ContainerStop Stop(ContainerSeen container, TimeSpan grace, string? why = null) =>
        new(container.Id, container.Name, KindOf(container.Name), grace > StopRules.ShortestGrace ? grace : StopRules.ShortestGrace, why ?? $"Stopping container {container.Name}");

    public PodDecision Done(PodAction? action) => new(Memory, action, _wakeAt, _events);

    /// <summary>The role of a container; one that is in no spec any more counts as regular.</summary>
    public ContainerKind KindOf(string name)
    {
        foreach (var container in Pod.Init)
            if (container.Name == name)
                return container.Kind;
        return ContainerKind.Regular;
    }
}
