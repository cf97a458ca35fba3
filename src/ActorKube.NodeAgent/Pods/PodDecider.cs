using System.Collections.Immutable;
using ActorKube.Machinery.Times;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Pods;

/// <summary>
/// What to do next for a pod: a pure function of its spec, of what the runtime shows, of what is remembered and of the time. It follows the rules of
/// upstream's <c>computePodActions</c>; unlike there, one action is decided at a time, so that every decision sees the effect of the last one.
/// </summary>
internal static class PodDecider
{
    /// <summary>Containers kept per name: the newest one and the one whose end <c>lastState</c> and <c>kubectl logs --previous</c> show.</summary>
    private const int KeptPerName = 2;

    /// <summary>Decides.</summary>
    public static PodDecision Decide(PodView pod, PodSeen seen, PodMemory memory, Present now)
    {
        var draft = new PodDraft(pod, seen, memory, now);
        return draft.Done(Action(draft));
    }

    private static PodAction? Action(PodDraft draft)
    {
        CheckRejection(draft);
        CheckDeadline(draft);
        RefuseEphemeral(draft);
        PodResize.Tell(draft);
        if (SecondLooks.Due(draft) is { } look)
            return look;
        if (draft.Pod.Deleted is not null || draft.Memory.Orphaned || draft.Memory.Verdict is not null || draft.Memory.Terminal)
            return PodTeardown.Next(draft);
        CheckMounts(draft);
        if (draft.IsHeldBack())
            return null;
        if (SandboxRules.NeedsNew(draft.Pod, draft.Seen))
            return SandboxAction(draft);
        if (!draft.Memory.VolumesReady)
            return new SetUpVolumes();
        return ContainerAction(draft, draft.Seen.Sandbox!) ?? Garbage(draft) ?? Refresh(draft);
    }

    private static void CheckRejection(PodDraft draft)
    {
        if (draft.Pod.Rejection is not { } why || draft.Memory.Verdict is not null || draft.Memory.Terminal || draft.Pod.Deleted is not null)
            return;
        draft.Memory = draft.Memory with { Verdict = why with { Message = $"Pod was rejected: {why.Message}" } };
        draft.Report(PodEvent.Warn(why.Reason, why.Message));
    }

    private static void RefuseEphemeral(PodDraft draft)
    {
        foreach (var container in draft.Pod.Ephemeral.AsSpan()[Math.Min(draft.Memory.EphemeralRefused, draft.Pod.Ephemeral.Length)..])
            draft.Report(PodEvent.Warn("Failed", $"Error: {Status.ContainerStatuses.EphemeralRefusal}", container));
        if (draft.Pod.Ephemeral.Length > draft.Memory.EphemeralRefused)
            draft.Memory = draft.Memory with { EphemeralRefused = draft.Pod.Ephemeral.Length };
    }

    private static void CheckDeadline(PodDraft draft)
    {
        if (draft.Pod.ActiveDeadlineSeconds is not { } seconds || draft.Memory.Verdict is not null || draft.Memory.Terminal)
            return;
        var deadline = draft.Memory.ActiveSince + TimeSpan.FromSeconds(seconds);
        if (draft.Uptime < deadline)
        {
            draft.WakeAt(deadline);
            return;
        }
        const string Message = "Pod was active on the node longer than the specified deadline";
        draft.Memory = draft.Memory with { Verdict = new PodVerdict("DeadlineExceeded", Message) };
        draft.Report(PodEvent.Normal("DeadlineExceeded", Message));
    }

    private static void CheckMounts(PodDraft draft)
    {
        if (draft.Memory is not { VolumesReady: false, MountWait: { } wait })
            return;
        if (draft.Uptime >= wait.ReportAt)
        {
            draft.Report(PodEvent.Warn("FailedMount", MountWording.Waiting(wait.Unmounted, [], "timed out waiting for the condition")));
            draft.Memory = draft.Memory with { MountWait = wait = wait with { ReportAt = draft.Uptime + PodOutcomes.MountPatience } };
        }
        draft.WakeAt(wait.ReportAt);
    }

    private static PodAction? SandboxAction(PodDraft draft)
    {
        var (pod, seen) = (draft.Pod, draft.Seen);
        if (!SandboxRules.MayHaveAnother(pod, seen))
        {
            draft.Memory = draft.Memory with { Terminal = true };
            return PodTeardown.Next(draft);
        }
        var running = seen.Containers.Where(PodTeardown.IsAlive).ToImmutableArray();
        if (running.Length > 0)
        {
            draft.Report(PodEvent.Normal("SandboxChanged", "Pod sandbox changed, it will be killed and re-created."));
            return new StopContainers([.. running.Select(c => draft.Stop(c, StopRules.ContainerGrace(pod)))]);
        }
        var ready = seen.Sandboxes.Where(s => s.Ready).Select(s => s.Id).ToImmutableArray();
        if (ready.Length > 0)
            return new StopSandboxes(ready);
        return draft.Memory.VolumesReady ? new RunSandbox(seen.Sandbox is { } old ? old.Attempt + 1 : 0) : new SetUpVolumes();
    }

    private static PodAction? ContainerAction(PodDraft draft, SandboxSeen sandbox)
    {
        var progress = InitSequence.Advance(draft, sandbox);
        if (progress.Failed)
        {
            draft.Memory = draft.Memory with { Terminal = true };
            return PodTeardown.Next(draft);
        }
        if (progress.Action is not null || !progress.Initialized)
            return progress.Action;
        return RegularAction(draft, sandbox);
    }

    private static PodAction? RegularAction(PodDraft draft, SandboxSeen sandbox)
    {
        var open = false;
        PodAction? first = null;
        foreach (var container in draft.Pod.Regular)
        {
            var latest = draft.Seen.Latest(container.Name);
            if (latest is { State: ContainerState.Running })
            {
                open = true;
                if (latest.Hash is { } hash && hash != container.Hash)
                    return new StopContainers([draft.Stop(latest, StopRules.ContainerGrace(draft.Pod), $"Container {container.Name} definition changed, will be restarted")]);
                continue;
            }
            if (!RestartRules.ShouldRun(draft.Pod, container, latest))
                continue;
            open = true;
            if (latest is { State: ContainerState.Unknown })
                return new StopContainers([draft.Stop(latest, TimeSpan.Zero, "Container is in \"unknown\" state, try killing it before restart")]);
            // Every container is looked at, so that each one's back-off is up to date; the first in order is started.
            if (first is null)
                first = RestartRules.Start(draft, container, latest, sandbox);
        }
        if (open)
            return first;
        draft.Memory = draft.Memory with { Terminal = true };
        return PodTeardown.Next(draft);
    }

    private static RefreshVolumes? Refresh(PodDraft draft)
    {
        if (draft.Memory.Terminal || draft.Memory.RefreshVolumesAt is not { } due)
            return null;
        if (due <= draft.Uptime)
            return new RefreshVolumes();
        draft.WakeAt(due);
        return null;
    }

    private static PodAction? Garbage(PodDraft draft)
    {
        var seen = draft.Seen;
        if (seen.Containers.Length > draft.Pod.Init.Length + draft.Pod.Regular.Length)
        {
            var old = seen.Containers.GroupBy(c => c.Name).SelectMany(g => g.Skip(KeptPerName)).Where(c => !PodTeardown.IsAlive(c)).ToImmutableArray();
            if (old.Length > 0)
                return new RemoveContainers(old);
        }
        if (seen.Sandboxes.Length < 2)
            return null;
        var empty = seen.Sandboxes.Skip(1).Where(s => !s.Ready && !seen.Containers.Any(c => c.SandboxId == s.Id)).Select(s => s.Id).ToImmutableArray();
        return empty.Length > 0 ? new RemoveSandboxes(empty) : null;
    }
}
