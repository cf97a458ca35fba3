using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>Scales whatever has a scale to what the metrics of its pods ask for, every few seconds. Upstream: <c>pkg/controller/podautoscaler</c>.</summary>
internal sealed class AutoscalerReconciler(AutoscalerOptions options) : IReconciler
{
    public static readonly GroupVersionResource Autoscalers = WellKnownResources.HorizontalPodAutoscalers;

    private static readonly string[] Overtaken = [StatusReason.NotFound, StatusReason.Conflict];
    private readonly KnownSelectors _selectors = new();
    private readonly HashSet<ObjectKey> _caughtUp = [];

    public string Name => "horizontal-pod-autoscaler-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        // Its own status writes are no reason to look again: figures come in their own time.
        new WatchSpec(Autoscalers, static (change, _) => change is { Old: { } old, New: { } now } && old.As<AutoscalerView>().Spec == now.As<AutoscalerView>().Spec ? [] : [change.Latest.Key], AutoscalerView.ByTarget),
        WatchSpec.ReadOnly(WellKnownResources.Pods, CacheIndex.Namespace, CacheIndex.Labels),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Autoscalers)?.As<AutoscalerView>() is not { } autoscaler)
        {
            _selectors.Forget(context.Key);
            _caughtUp.Remove(context.Key);
            return context.Memory.Length > 0 ? new Plan { Memory = "" } : Plan.Nothing;
        }
        var about = ObjectReference.To(Kinds.HorizontalPodAutoscaler, autoscaler.Object);
        var status = new AutoscalerStatus(autoscaler.Status, autoscaler.Object.Head.Generation, context.Now);
        var target = TargetResource.Of(context, autoscaler.Target);
        if (target.Read is not { } read)
            return Unscalable(autoscaler, status, about, target.Fault!);
        if (context.Live[read] is not { } answer)
            return Plan.Ask(read);
        var (scale, fault) = TargetScale.Of(read, answer);
        if (scale is null)
            return Unscalable(autoscaler, status, about, fault!);

        var decision = new AutoscalerDecision(context, autoscaler, scale, status, options, about, _selectors);
        var source = new MetricSource(context, scale.Selector);
        if (decision.NeedsMetrics && decision.Reads(source) is { IsEmpty: false } reads && reads.Any(r => context.Live[r] is null))
            return Plan.Ask(reads.AsSpan());
        // Until what was caught up with is remembered.
        if (!_caughtUp.Contains(context.Key) && !decision.CatchUp())
            _caughtUp.Add(context.Key);
        var wanted = decision.Decide(source);
        return context.LastFailure is { IsConflict: false } failed && failed.Address == AddressOf(scale)
            ? NotScaled(autoscaler, status, scale, failed)
            : Carry(autoscaler, status, scale, about, decision, wanted);
    }

    private Plan Carry(AutoscalerView autoscaler, AutoscalerStatus status, TargetScale scale, ObjectReference about, AutoscalerDecision decision, WantedReplicas wanted)
    {
        var plan = new PlanBuilder().Poll(options.SyncPeriod);
        foreach (var item in decision.Events)
            plan.Record(item);
        var (toZero, rescale) = (false, (UpdateStep?)null);
        if (wanted.Replicas is not { } replicas)
        {
            status.SetCurrent(scale.Replicas);
        }
        else
        {
            status.SetReplicas(scale.Replicas, replicas);
            if (replicas != scale.Replicas)
                (toZero, rescale) = (decision.GoesToZero(replicas), Rescale(plan, status, scale, about, decision, replicas, wanted.Reason));
            else if (replicas > 0 && status.IsScaledToZero)
                SetScaledToZero(status, false);
        }
        if (toZero)
        {
            // Before the last replica goes, and surely: without the condition nobody would know that it was not the user who wanted none, and none would ever come back.
            WriteStatus(plan, autoscaler, status, StatusReason.NotFound);
            plan.Do(rescale!);
        }
        else
        {
            if (rescale is not null)
                plan.Do(rescale);
            // A status that is beaten by another write is made up for in the next turn; what was scaled must not be forgotten for it.
            WriteStatus(plan, autoscaler, status, Overtaken);
        }
        return plan.Remember((decision.History with { Size = rescale is null ? scale.Replicas : wanted.Replicas }).Encode()).Build();
    }

    private static void SetScaledToZero(AutoscalerStatus status, bool isSo) => status.Set(
        AutoscalerStatus.ScaledToZero, isSo, isSo ? "ScaledToZero" : "NotScaledToZero", $"the HPA controller {(isSo ? "scaled" : "did not scale")} the workload to zero");

    private static UpdateStep Rescale(PlanBuilder plan, AutoscalerStatus status, TargetScale scale, ObjectReference about, AutoscalerDecision decision, int replicas, string reason)
    {
        decision.Scaled(replicas);
        status.SetScaled();
        status.Set(AutoscalerStatus.AbleToScale, true, "SucceededRescale", $"the HPA controller was able to update the target scale to {replicas}");
        SetScaledToZero(status, decision.GoesToZero(replicas));
        scale.Document.Child("spec")["replicas"] = replicas;
        plan.Because(decision.Finding.Length > 0 ? $"{decision.Finding}, {replicas} are allowed now" : reason);
        return new UpdateStep(AddressOf(scale), scale.Document.Encode())
        {
            OnDone = EventSpec.Normal(about, "SuccessfulRescale", $"New size: {replicas}; reason: {reason}"),
            OnFailed = EventSpec.Warn(about, "FailedRescale", $"New size: {replicas}; reason: {reason}; error: "),
        };
    }

    // The failure has been told by an event; here it is said in the status, and the next turn tries again.
    private Plan NotScaled(AutoscalerView autoscaler, AutoscalerStatus status, TargetScale scale, StepFailure failed)
    {
        status.Set(AutoscalerStatus.AbleToScale, false, "FailedUpdateScale", $"the HPA controller was unable to update the target scale: {failed.Status.Message}");
        status.SetCurrent(scale.Replicas);
        var plan = new PlanBuilder().Poll(options.SyncPeriod);
        WriteStatus(plan, autoscaler, status, Overtaken);
        return plan.Build();
    }

    private Plan Unscalable(AutoscalerView autoscaler, AutoscalerStatus status, ObjectReference about, string fault)
    {
        status.Set(AutoscalerStatus.AbleToScale, false, "FailedGetScale", $"the HPA controller was unable to get the target's current scale: {fault}");
        var plan = new PlanBuilder().Poll(options.SyncPeriod).Record(EventSpec.Warn(about, "FailedGetScale", fault));
        WriteStatus(plan, autoscaler, status, Overtaken);
        return plan.Build();
    }

    private static void WriteStatus(PlanBuilder plan, AutoscalerView autoscaler, AutoscalerStatus status, params IReadOnlyList<string> tolerates)
    {
        if (status.Changed() is { } changed)
            plan.Do(new UpdateStep(ObjectAddress.Of(Autoscalers, autoscaler.Object.Key, "status"), autoscaler.Object.WithStatus(json => changed.WriteTo(json))) { Tolerates = [.. tolerates] });
    }

    private static ObjectAddress AddressOf(TargetScale scale) => new(scale.Address.Resource, scale.Address.Namespace, scale.Address.Name!, scale.Address.Subresource);
}
