using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Pods;

/// <summary>How far the init containers are.</summary>
/// <param name="Initialized">Whether regular containers may start.</param>
/// <param name="Failed">Whether an init container failed for good, and the pod with it.</param>
/// <param name="Action">What to do for an init container now; null for nothing.</param>
internal readonly record struct InitProgress(bool Initialized, bool Failed, PodAction? Action);

/// <summary>
/// Init containers run one after the other; a sidecar counts as done as soon as it runs, and is kept running. Only containers of the current sandbox
/// count: a new sandbox starts over.
/// </summary>
internal static class InitSequence
{
    /// <summary>Decides on the init containers.</summary>
    public static InitProgress Advance(PodDraft draft, SandboxSeen sandbox)
    {
        if (draft.Pod.Init.IsEmpty)
            return new InitProgress(Initialized: true, Failed: false, null);
        return SandboxRules.WasInitialized(draft.Pod, draft.Seen, sandbox) ? KeepSidecars(draft, sandbox) : Step(draft, sandbox);
    }

    private static InitProgress Step(PodDraft draft, SandboxSeen sandbox)
    {
        foreach (var container in draft.Pod.Init)
        {
            var current = SandboxRules.In(draft.Seen, sandbox, container.Name);
            if (current is { State: ContainerState.Unknown })
                return Doing(new StopContainers([draft.Stop(current, TimeSpan.Zero, "Init container is in \"unknown\" state, try killing it before restart")]));
            if (container.Kind == ContainerKind.Sidecar && current is { State: ContainerState.Running })
                continue;
            if (container.Kind == ContainerKind.Init)
            {
                if (current is { State: ContainerState.Running })
                    return Doing(null);
                if (current is { Succeeded: true })
                    continue;
                if (current is { State: ContainerState.Exited } && !draft.Pod.RestartsOnFailure)
                    return new InitProgress(Initialized: false, Failed: true, null);
            }
            return Doing(RestartRules.Start(draft, container, draft.Seen.Latest(container.Name), sandbox));
        }
        return new InitProgress(Initialized: true, Failed: false, null);
    }

    private static InitProgress KeepSidecars(PodDraft draft, SandboxSeen sandbox)
    {
        PodAction? start = null;
        // When nothing regular is left to run, sidecars that end are left alone: the pod is about to end.
        var needed = draft.Pod.Regular.Any(c => draft.Seen.Latest(c.Name) is { State: ContainerState.Running } || RestartRules.ShouldRun(draft.Pod, c, draft.Seen.Latest(c.Name)));
        if (needed)
            foreach (var container in draft.Pod.Init)
                if (container.Kind == ContainerKind.Sidecar && start is null && draft.Seen.Latest(container.Name) is not { State: ContainerState.Running })
                    start = RestartRules.Start(draft, container, draft.Seen.Latest(container.Name), sandbox);
        return new InitProgress(Initialized: true, Failed: false, start);
    }

    private static InitProgress Doing(PodAction? action) => new(Initialized: false, Failed: false, action);
}
