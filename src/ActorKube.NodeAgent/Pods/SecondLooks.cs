using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Pods;

/// <summary>A container to look at once more.</summary>
/// <param name="Id">The runtime's id.</param>
/// <param name="SandboxId">Its sandbox.</param>
/// <param name="At">When.</param>
internal readonly record struct SecondLook(string Id, string SandboxId, TimeSpan At);

/// <summary>
/// Containers that were killed, as far as the runtime knows by nobody in particular: that they took too much memory it hears from the kernel by another way than their end, and now and then after it. So they are
/// looked at once more. ADR 0153.
/// </summary>
internal static class SecondLooks
{
    /// <summary>How long after the first look: upstream's kubelet lists every second.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private const int Killed = 137;

    // What CRI runtimes say of any end that is no success.
    private const string Unexplained = "Error";

    /// <summary>What a look at containers leaves to be looked at again.</summary>
    /// <param name="memory">What was remembered.</param>
    /// <param name="before">What the runtime showed before.</param>
    /// <param name="result">What it shows now.</param>
    /// <param name="now">The time that only passes.</param>
    public static PodMemory Note(PodMemory memory, PodSeen before, ActionResult result, TimeSpan now)
    {
        if (result.Action is not LookAgain)
            return memory;
        foreach (var container in result.Containers)
            if (container is { State: ContainerState.Exited, ExitCode: Killed, Reason: Unexplained } && !before.Containers.Any(b => b.Id == container.Id && b.State == ContainerState.Exited))
                memory = memory with { SecondLooks = memory.SecondLooks.Add(new SecondLook(container.Id, container.SandboxId, now + Delay)) };
        return memory;
    }

    /// <summary>The look that is due; null for none.</summary>
    public static LookAgain? Due(PodDraft draft)
    {
        var looks = draft.Memory.SecondLooks;
        if (looks.IsEmpty)
            return null;
        if (looks[0].At > draft.Uptime)
        {
            draft.WakeAt(looks[0].At);
            return null;
        }
        draft.Memory = draft.Memory with { SecondLooks = looks.RemoveAt(0) };
        return new LookAgain([(looks[0].Id, looks[0].SandboxId)], []);
    }
}
