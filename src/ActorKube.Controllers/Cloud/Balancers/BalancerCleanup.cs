using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Cloud.Balancers;

/// <summary>The end of a load balancer: first in the cloud, then in the service's status and finalizers, which lets a service that was deleted go.</summary>
internal static class BalancerCleanup
{
    /// <param name="context">What is known, and what the cloud has answered in this turn.</param>
    /// <param name="service">The service.</param>
    /// <param name="gone">Called when the cloud has no load balancer for it any more.</param>
    public static PlanBuilder Decide(ReconcileContext context, BalancedService service, Action gone)
    {
        var (plan, about) = (new PlanBuilder(), ObjectReference.To(Kinds.Service, service.Object));
        if (context.AnswerTo<FindBalancer>() is not { } found)
            return plan.Call(new FindBalancer(service));
        if (found.Error is { } unknown)
        {
            ServiceLoadBalancers.Fail(plan, about, $"failed to check if load balancer exists before cleanup: {unknown}");
            return plan;
        }
        if (found.Result is not null)
        {
            if (context.AnswerTo<DeleteBalancer>() is not { } deleted)
                return plan.Record(EventSpec.Normal(about, "DeletingLoadBalancer", "Deleting load balancer")).Call(new DeleteBalancer(service));
            if (deleted.Error is { } failure)
            {
                ServiceLoadBalancers.Fail(plan, about, $"failed to delete load balancer: {failure}");
                return plan;
            }
        }
        gone();
        return plan.Because("the load balancer is gone").Do(BalancerPatches.Clear(service) with { OnDone = EventSpec.Normal(about, "DeletedLoadBalancer", "Deleted load balancer") });
    }

    /// <summary>The end of a load balancer whose service has gone without waiting for it: somebody else took the finalizer off.</summary>
    /// <param name="context">What is known, and what the cloud has answered in this turn.</param>
    /// <param name="service">The service as it was when the load balancer was made.</param>
    /// <param name="gone">Called when the cloud has no load balancer for it any more.</param>
    public static PlanBuilder Abandoned(ReconcileContext context, BalancedService service, Action gone)
    {
        var (plan, about) = (new PlanBuilder(), ObjectReference.To(Kinds.Service, service.Object));
        if (context.AnswerTo<DeleteBalancer>() is not { } deleted)
            return plan.Record(EventSpec.Normal(about, "DeletingLoadBalancer", "Deleting load balancer")).Call(new DeleteBalancer(service));
        if (deleted.Error is { } failure)
            return plan.Record(EventSpec.Warn(about, "DeleteLoadBalancerFailed", $"Error deleting load balancer: {failure}")).RetryBecause($"failed to delete load balancer: {failure}");
        gone();
        return plan.Because("the load balancer of a service that is no more is gone").Record(EventSpec.Normal(about, "DeletedLoadBalancer", "Deleted load balancer")).Again(TimeSpan.Zero);
    }
}
