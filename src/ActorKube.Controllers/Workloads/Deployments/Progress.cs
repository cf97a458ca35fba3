using System.Collections.Immutable;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Workloads.Deployments;

/// <summary>The status of a deployment from its sets, and the judgement whether it gets on.</summary>
internal static class Progress
{
    public const string Progressing = "Progressing";
    public const string NewSetAvailable = "NewReplicaSetAvailable";
    public const string TimedOut = "ProgressDeadlineExceeded";
    private const string Available = "Available";
    private const string ReplicaFailure = "ReplicaFailure";

    // Looking again exactly at the deadline would be a moment too early.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>Counts, and condition Available.</summary>
    public static DeploymentStatus Count(DeploymentView deployment, IReadOnlyList<WorkingSet> all, WorkingSet? newest, DateTimeOffset now)
    {
        var available = all.Total(s => s.View.Status.Available);
        var status = new DeploymentStatus(
            all.Total(s => s.View.Status.Replicas),
            newest?.View.Status.Replicas ?? 0,
            all.Total(s => s.View.Status.Ready),
            available,
            Math.Max(0, all.Total(s => s.Replicas) - available),
            all.Total(s => s.View.Status.Terminating ?? 0),
            deployment.Object.Head.Generation,
            deployment.Status.CollisionCount);
        return status with
        {
            Conditions = deployment.Status.Conditions.With(available >= deployment.Replicas - deployment.Bounds.MaxUnavailable
                ? new Condition(Available, "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", now, now)
                : new Condition(Available, "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", now, now)),
        };
    }

    /// <summary>The status with conditions Progressing and ReplicaFailure.</summary>
    public static DeploymentStatus Judge(DeploymentView deployment, DeploymentStatus status, IReadOnlyList<WorkingSet> all, WorkingSet? newest, Present now)
    {
        var conditions = status.Conditions;
        if (deployment.ProgressDeadline is not { } deadline)
            conditions = conditions.Without(Progressing);
        else if (!(status.Replicas == status.Updated && conditions.Find(Progressing)?.Reason == NewSetAvailable))
            conditions = Advance(deployment, status, newest, deadline, now);
        var failures = Failures(newest is null ? [] : [newest]);
        if (failures.IsEmpty)
            failures = Failures(all.Where(s => s != newest));
        conditions = failures.IsEmpty ? conditions.Without(ReplicaFailure) : conditions.With(failures[0]);
        return status with { Conditions = conditions };
    }

    /// <summary>How long it takes until the deadline has to be checked again; null when it need not.</summary>
    public static TimeSpan? NextCheck(DeploymentView deployment, DeploymentStatus status, Present now) =>
        deployment.ProgressDeadline is { } deadline && status.Conditions.Find(Progressing) is { LastUpdate: { } updated } condition
        && condition.Reason != TimedOut && condition.Reason != NewSetAvailable && !deployment.Paused && !IsComplete(deployment, status)
            ? deadline - now.Since(updated) + Margin
            : null;

    /// <summary>True when all pods are of the newest template and available.</summary>
    public static bool IsComplete(DeploymentView deployment, DeploymentStatus status) =>
        status.Updated == deployment.Replicas && status.Replicas == deployment.Replicas && status.Available == deployment.Replicas
        && status.ObservedGeneration >= deployment.Object.Head.Generation;

    /// <summary>The condition for a deployment that is paused or was resumed: time spent paused is no lack of progress. Null when there is nothing to change.</summary>
    public static Condition? Pausing(DeploymentView deployment, DateTimeOffset now)
    {
        var reason = deployment.Status.Conditions.Find(Progressing)?.Reason;
        if (deployment.ProgressDeadline is null || reason == TimedOut)
            return null;
        if (deployment.Paused && reason != "DeploymentPaused")
            return new Condition(Progressing, "Unknown", "DeploymentPaused", "Deployment is paused", now, now);
        return !deployment.Paused && reason == "DeploymentPaused" ? new Condition(Progressing, "Unknown", "DeploymentResumed", "Deployment is resumed", now, now) : null;
    }

    private static ImmutableArray<Condition> Advance(DeploymentView deployment, DeploymentStatus status, WorkingSet? newest, TimeSpan deadline, Present now)
    {
        var subject = newest is null ? $"Deployment \"{deployment.Object.Key.Name}\"" : $"ReplicaSet \"{newest.Object.Key.Name}\"";
        var current = status.Conditions.Find(Progressing);
        if (IsComplete(deployment, status))
            return status.Conditions.With(new Condition(Progressing, "True", NewSetAvailable, $"{subject} has successfully progressed.", now, now));
        if (GotOn(deployment.Status, status))
        {
            // Replaced even if nothing but the time differs: the deadline counts from the last progress.
            var since = current is { IsTrue: true } ? current.LastTransition : now;
            return status.Conditions.Without(Progressing).Add(new Condition(Progressing, "True", "ReplicaSetUpdated", $"{subject} is progressing.", since, now));
        }
        var late = current is not null && current.Reason != NewSetAvailable && (current.Reason == TimedOut || (current.LastUpdate is { } updated && now.Since(updated) > deadline));
        return late
            ? status.Conditions.With(new Condition(Progressing, "False", TimedOut, $"{subject} has timed out progressing.", now, now))
            : status.Conditions;
    }

    private static bool GotOn(DeploymentStatus before, DeploymentStatus after) =>
        after.Updated > before.Updated || after.Replicas - after.Updated < before.Replicas - before.Updated || after.Ready > before.Ready || after.Available > before.Available;

    private static ImmutableArray<Condition> Failures(IEnumerable<WorkingSet> sets) =>
        [.. sets.SelectMany(s => s.View.Status.Conditions).Where(c => c.Type == ReplicaFailure).Select(c => c with { LastUpdate = c.LastTransition })];
}
