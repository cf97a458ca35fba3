using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Pods;

/// <summary>
/// Ends a pod: regular containers first, then sidecars in the reverse of their order with what is left of the grace period, then the sandbox. A pod that was
/// only completed stays on the node for its logs; one that was deleted is cleaned up, and then its object is removed.
/// </summary>
internal static class PodTeardown
{
    /// <summary>Whether a container may still run.</summary>
    public static bool IsAlive(ContainerSeen container) => container.State is ContainerState.Running or ContainerState.Unknown;

    /// <summary>The next step, or null when the pod is at rest.</summary>
    public static PodAction? Next(PodDraft draft)
    {
        if (draft.Memory.StoppingSince is null)
            draft.Memory = draft.Memory with { StoppingSince = draft.Uptime, Failure = null };
        if (draft.IsHeldBack())
            return null;
        return StopNext(draft) ?? (draft.Pod.Deleted is not null || draft.Memory.Orphaned ? RemoveNext(draft) : null);
    }

    private static PodAction? StopNext(PodDraft draft)
    {
        var grace = draft.Memory.Verdict is { AtOnce: true } ? TimeSpan.Zero : StopRules.Grace(draft.Pod);
        var first = draft.Seen.Containers.Where(c => IsAlive(c) && draft.KindOf(c.Name) != ContainerKind.Sidecar).ToImmutableArray();
        if (first.Length > 0)
            return new StopContainers([.. first.Select(c => draft.Stop(c, grace))]);
        for (var i = draft.Pod.Init.Length - 1; i >= 0; i--)
        {
            var sidecar = draft.Pod.Init[i];
            if (sidecar.Kind == ContainerKind.Sidecar && draft.Seen.Latest(sidecar.Name) is { } running && IsAlive(running))
                return new StopContainers([draft.Stop(running, grace - (draft.Uptime - draft.Memory.StoppingSince!.Value))]);
        }
        var ready = draft.Seen.Sandboxes.Where(s => s.Ready).Select(s => s.Id).ToImmutableArray();
        return ready.Length > 0 ? new StopSandboxes(ready) : null;
    }

    private static PodAction? RemoveNext(PodDraft draft)
    {
        if (!draft.Memory.CleanedUp)
            return new CleanUp();
        if (draft.Memory.Orphaned)
            return new Forget();
        return draft.Memory.ObjectDeleted ? null : new DeleteObject();
    }
}
