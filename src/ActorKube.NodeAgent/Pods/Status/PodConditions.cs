using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Pods.Status;

/// <summary>The pod conditions that the agent owns, with upstream's reasons and messages (<c>pkg/kubelet/status/generate.go</c>).</summary>
internal static class PodConditions
{
    public const string ReadyToStartContainers = "PodReadyToStartContainers";
    public const string Initialized = "Initialized";
    public const string Ready = "Ready";
    public const string ContainersReady = "ContainersReady";
    public const string Scheduled = "PodScheduled";
    public const string ResizePending = "PodResizePending";

    private readonly record struct Verdict(bool Status, string Reason = "", string Message = "");

    /// <summary>All of them, in upstream's order; a transition time stays while the status stays.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="sandboxReady">Whether containers can be created.</param>
    /// <param name="status">The status so far: phase and container statuses.</param>
    /// <param name="known">Conditions known before, those of others among them: readiness gates look there.</param>
    /// <param name="now">The current time.</param>
    /// <param name="resize">Why a resize is not carried out; null when there is none.</param>
    public static ImmutableArray<PodConditionView> Of(PodView pod, bool sandboxReady, PodStatusView status, ImmutableArray<PodConditionView> known, DateTimeOffset now, string? resize = null)
    {
        var containersReady = AllReady(pod, status);
        return
        [
            Condition(ReadyToStartContainers, new Verdict(sandboxReady), known, now),
            Condition(Initialized, IsInitialized(pod, status), known, now),
            Condition(Ready, containersReady.Status ? Gates(pod, known) : containersReady, known, now),
            Condition(ContainersReady, containersReady, known, now),
            Condition(Scheduled, new Verdict(Status: true), known, now),
            .. resize is null ? Array.Empty<PodConditionView>() : [Condition(ResizePending, new Verdict(Status: true, "Infeasible", resize), known, now)],
        ];
    }

    /// <summary>Those of a pod that the node has refused: somebody placed it here, and nothing else has become of it.</summary>
    /// <param name="known">Conditions known before.</param>
    /// <param name="now">The current time.</param>
    public static ImmutableArray<PodConditionView> OfRefused(ImmutableArray<PodConditionView> known, DateTimeOffset now) => [Condition(Scheduled, new Verdict(Status: true), known, now)];

    private static PodConditionView Condition(string type, Verdict verdict, ImmutableArray<PodConditionView> known, DateTimeOffset now)
    {
        var before = Find(known, type);
        var transition = before is not null && before.Status == verdict.Status ? before.Transition : now;
        return new PodConditionView(type, verdict.Status, verdict.Reason, verdict.Message, transition);
    }

    private static PodConditionView? Find(ImmutableArray<PodConditionView> conditions, string type)
    {
        foreach (var condition in conditions)
            if (condition.Type == type)
                return condition;
        return null;
    }

    private static Verdict AllReady(PodView pod, PodStatusView status)
    {
        if (status.Phase == PodPhases.Succeeded)
            return new Verdict(Status: false, "PodCompleted");
        if (status.Phase == PodPhases.Failed)
            return new Verdict(Status: false, "PodFailed");
        List<string>? unready = null;
        for (var i = 0; i < status.Init.Length; i++)
            if (pod.Init[i].Kind == ContainerKind.Sidecar && !status.Init[i].Ready)
                (unready ??= []).Add(status.Init[i].Name);
        foreach (var container in status.Regular)
            if (!container.Ready)
                (unready ??= []).Add(container.Name);
        return unready is null
            ? new Verdict(Status: true)
            : new Verdict(Status: false, "ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]");
    }

    private static Verdict IsInitialized(PodView pod, PodStatusView status)
    {
        if (status.Phase == PodPhases.Succeeded)
            return new Verdict(Status: true, "PodCompleted");
        if (status.Regular.Any(s => s.Started || s.State is RunningState or TerminatedState || s.LastState is not null))
            return new Verdict(Status: true);
        List<string>? incomplete = null;
        for (var i = 0; i < status.Init.Length; i++)
            if (pod.Init[i].Kind == ContainerKind.Sidecar ? !status.Init[i].Started : !status.Init[i].Ready)
                (incomplete ??= []).Add(status.Init[i].Name);
        return incomplete is null
            ? new Verdict(Status: true)
            : new Verdict(Status: false, "ContainersNotInitialized", $"containers with incomplete status: [{string.Join(' ', incomplete)}]");
    }

    private static Verdict Gates(PodView pod, ImmutableArray<PodConditionView> known)
    {
        List<string>? unmet = null;
        foreach (var gate in pod.ReadinessGates)
        {
            var condition = Find(known, gate);
            if (condition is null)
                (unmet ??= []).Add($"corresponding condition of pod readiness gate \"{gate}\" does not exist.");
            else if (!condition.Status)
                (unmet ??= []).Add($"the status of pod readiness gate \"{gate}\" is not \"True\", but False");
        }
        return unmet is null ? new Verdict(Status: true) : new Verdict(Status: false, "ReadinessGatesNotReady", string.Join(", ", unmet));
    }
}
