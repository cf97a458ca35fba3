using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Times;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>
/// Deletes jobs that have ended <c>ttlSecondsAfterFinished</c> ago. Upstream: <c>pkg/controller/ttlafterfinished</c>. Where upstream reads the job again before it deletes, the deletion holds only for
/// the state that was decided about.
/// </summary>
internal sealed class FinishedJobCleaner : IReconciler
{
    private static readonly GroupVersionResource Jobs = WellKnownResources.Jobs;

    public string Name => "ttl-after-finished-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
        [new WatchSpec(Jobs, static (change, _) => change.New?.As<JobView>().TtlSecondsAfterFinished is null ? [] : [change.New.Key])];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Jobs)?.As<JobView>() is not { TtlSecondsAfterFinished: { } seconds, Object: { Head.Deleted: null } item, Status: { IsFinished: true } status })
            return Plan.Nothing;
        var ended = status.Conditions.First(c => c.IsTrue && c.Type is "Complete" or "Failed").LastTransition ?? context.Now;
        if (KubeTime.Span(seconds) - context.Now.Since(ended) is { Ticks: > 0 } left)
            return new PlanBuilder().Again(left).Build();
        return new PlanBuilder()
            .Because($"it ended {seconds} s ago")
            .Do(new DeleteStep(ObjectAddress.Of(Jobs, context.Key), new DeleteOptions { Uid = item.Head.Uid, ResourceVersion = $"{item.Revision}", PropagationPolicy = "Foreground" })
            {
                Tolerates = [StatusReason.NotFound],
            })
            .Build();
    }
}
