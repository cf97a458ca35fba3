using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Cloud.Balancers;

/// <summary>
/// Has the cloud make a load balancer for each service that wants one, and remove it again. Upstream: <c>k8s.io/cloud-provider/controllers/service</c>. What the cloud has made is remembered, so
/// that it is not asked to do the same again; a controller that has just started knows nothing and has it ensured once more.
/// </summary>
internal sealed class ServiceLoadBalancers : IReconciler
{
    private static readonly GroupVersionResource Services = WellKnownResources.Services;
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;
    private readonly Dictionary<ObjectKey, Made> _made = [];

    // The balanced nodes of the newest cut: all services are judged by the same one.
    private (CacheView? Cut, ImmutableArray<BalancedNode> Nodes) _nodes;

    public string Name => "service-lb-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(Services),
        new WatchSpec(Nodes, static (change, view) => BalancerNodes.Concerns(change) ? Wanting(view) : []),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        var service = context.Find(Services)?.As<BalancedService>();
        var made = _made.GetValueOrDefault(context.Key)?.Service;
        if (made is not null && made.Uid != service?.Uid)
            return BalancerCleanup.Abandoned(context, made, () => _made.Remove(context.Key)).Build();
        if (service is not { IsWanted: true })
            return service is not null && (service.NeedsCleanup || made is not null)
                ? BalancerCleanup.Decide(context, service, () => _made.Remove(context.Key)).Build()
                : Plan.Nothing;
        // First the finalizer: a load balancer that nobody would remove must not come to be.
        return (service.HasFinalizer ? Ensure(context, service) : new PlanBuilder().Because("wants a load balancer").Do(BalancerPatches.AddFinalizer(service))).Build();
    }

    private static IEnumerable<ObjectKey> Wanting(IClusterView view) => view.Of(Services).All.Where(s => s.As<BalancedService>().IsWanted).Select(s => s.Key);

    private PlanBuilder Ensure(ReconcileContext context, BalancedService service)
    {
        var (plan, about) = (new PlanBuilder(), ObjectReference.To(Kinds.Service, service.Object));
        if (Heard(plan, context, service, about))
            return plan;
        var nodes = NodesOf(context);
        if (!_made.TryGetValue(context.Key, out var made) || made.Service.Fingerprint != service.Fingerprint)
        {
            plan.Record(EventSpec.Normal(about, "EnsuringLoadBalancer", "Ensuring load balancer"));
            if (nodes.IsEmpty)
                plan.Record(NoNodes(about));
            return plan.Call(new EnsureBalancer(service, nodes));
        }
        if (!made.Nodes.AsSpan().SequenceEqual(nodes.AsSpan()))
            return plan.Call(new UpdateBalancer(service, nodes));
        if (!made.Status.Equals(service.Status))
            plan.Because("the load balancer is reached elsewhere than the status says").Do(BalancerPatches.SetStatus(service, made.Status));
        return plan;
    }

    /// <summary>Takes note of what the cloud has answered to the newest call.</summary>
    /// <returns>True when that is all for now.</returns>
    private bool Heard(PlanBuilder plan, ReconcileContext context, BalancedService service, ObjectReference about)
    {
        var answer = context.Outside.LastOrDefault();
        switch (answer?.Call)
        {
            case EnsureBalancer { Service: var as_, Nodes: var to } when answer.Result is LoadBalancerStatus status:
                _made[context.Key] = new Made(as_, to, status);
                plan.Record(EventSpec.Normal(about, "EnsuredLoadBalancer", "Ensured load balancer")).Because("the cloud has a load balancer for the service");
                return false;
            case EnsureBalancer:
                Fail(plan, about, $"failed to ensure load balancer: {answer.Error}");
                return true;
            case UpdateBalancer { Nodes: var to } when answer.Error is null:
                if (_made.TryGetValue(context.Key, out var made))
                    _made[context.Key] = made with { Nodes = to };
                plan.Record(to.IsEmpty ? NoNodes(about) : EventSpec.Normal(about, "UpdatedLoadBalancer", "Updated load balancer with new hosts")).Because("other nodes take the traffic");
                return false;
            case UpdateBalancer:
                plan.Call(new FindBalancer(service));
                return true;
            case FindBalancer:
                // Whether it is gone or not: it is ensured, for the nodes that there are.
                _made.Remove(context.Key);
                if (context.AnswerTo<UpdateBalancer>() is { Call: UpdateBalancer { Nodes: var nodes }, Error: { } failure } && (answer.Error is not null || answer.Result is not null))
                    plan.Record(EventSpec.Warn(about, "UpdateLoadBalancerFailed",
                        $"Error updating load balancer with new hosts {BalancerNodes.Names(nodes)} [node names limited, total number of nodes: {nodes.Length}], error: {failure}"));
                return false;
            default:
                return false;
        }
    }

    internal static void Fail(PlanBuilder plan, ObjectReference about, string why) => plan.Record(BalancerPatches.Failed(about, why)).RetryBecause(why);

    private static EventSpec NoNodes(ObjectReference about) => EventSpec.Warn(about, "UnAvailableLoadBalancer", "There are no available nodes for LoadBalancer");

    private ImmutableArray<BalancedNode> NodesOf(ReconcileContext context)
    {
        var cut = context.View.Of(Nodes);
        if (!ReferenceEquals(_nodes.Cut, cut))
            _nodes = (cut, BalancerNodes.Of(cut));
        return _nodes.Nodes;
    }

    private sealed record Made(BalancedService Service, ImmutableArray<BalancedNode> Nodes, LoadBalancerStatus Status);
}
