using System.Collections.Immutable;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Selectors;
using ActorKube.Controllers.Hosting;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>How many replicas there should be, and why.</summary>
/// <param name="Replicas">The number; null when it cannot be found out, or is not to be changed.</param>
/// <param name="Reason">Why another number than the present one is wanted.</param>
internal readonly record struct WantedReplicas(int? Replicas, string Reason);

/// <summary>One look at one autoscaler whose target's scale is known: evaluates the metrics, holds them against the past and the limits, and says so in the status (upstream: <c>reconcileAutoscaler</c>).</summary>
internal sealed class AutoscalerDecision(ReconcileContext context, AutoscalerView autoscaler, TargetScale scale, AutoscalerStatus status, AutoscalerOptions options, ObjectReference about, KnownSelectors selectors)
{
    private const string BelowMinimum = "Current number of replicas below Spec.MinReplicas";
    private readonly List<EventSpec> _events = [];

    /// <summary>What happened on the way.</summary>
    public IReadOnlyList<EventSpec> Events => _events;

    /// <summary>What was recommended and done, this look included.</summary>
    public ScalingHistory History { get; private set; } = ScalingHistory.Decode(context.Memory);

    /// <summary>What the metrics say that there should be, in words; empty when they were not asked.</summary>
    public string Finding { get; private set; } = "";

    /// <summary>True when the metrics count: the number of replicas is one that the autoscaler may choose.</summary>
    public bool NeedsMetrics => !IsDisabled && (scale.Replicas == 0 || (scale.Replicas <= autoscaler.MaxReplicas && scale.Replicas >= autoscaler.MinReplicas));

    // Nothing is switched off by its user any more when the controller itself took the last replica away; then metrics that need no pods can bring it back.
    private bool IsDisabled => scale.Replicas == 0 && !(status.IsScaledToZero && (autoscaler.MinReplicas != 0 || autoscaler.HasMetricsBesidePods));

    /// <summary>The reads that the metrics need.</summary>
    public ImmutableArray<LiveRead> Reads(MetricSource source) => [.. autoscaler.Metrics.Select(source.Of).OfType<LiveRead>().Distinct()];

    /// <summary>
    /// Counts a scaling whose entry was lost with an earlier incarnation of the controller, as if it had been done now: the target has another size than is remembered. Only an incarnation that has not looked yet
    /// takes that for its predecessor's doing; later it is somebody else's, which policies do not count.
    /// </summary>
    /// <returns>False when what is remembered is what there is.</returns>
    public bool CatchUp()
    {
        if (History.Size is not { } size || size == scale.Replicas)
            return false;
        Scaled(size, scale.Replicas);
        return true;
    }

    /// <summary>How many replicas there should be.</summary>
    public WantedReplicas Decide(MetricSource source)
    {
        status.Set(AutoscalerStatus.AbleToScale, true, "SucceededGetScale", "the HPA controller was able to get the target's current scale");
        var current = scale.Replicas;
        if (History.Recommendations.IsEmpty)
            History = History.With(current, context.Now, TimeSpan.Zero);
        if (IsDisabled)
        {
            status.Set(AutoscalerStatus.ScalingActive, false, "ScalingDisabled", "scaling is disabled since the replica count of the target is zero");
            status.SetMetrics([]);
            return new WantedReplicas(current, "");
        }
        if (!NeedsMetrics)
        {
            status.SetMetrics([]);
            return current > autoscaler.MaxReplicas
                ? new WantedReplicas(autoscaler.MaxReplicas, "Current number of replicas above Spec.MaxReplicas")
                : new WantedReplicas(autoscaler.MinReplicas, BelowMinimum);
        }
        if (Recommend(source) is not { } recommended)
            return new WantedReplicas(null, "");
        Finding = $"{recommended.Name} asks for {recommended.Replicas} replicas, there are {current}";
        var reason = recommended.Replicas > current ? $"{recommended.Name} above target" : recommended.Replicas < current ? "All metrics below target" : "";
        var replicas = Normalize(current, recommended.Replicas);
        // The minimum was raised while there were none.
        return current == 0 && replicas < autoscaler.MinReplicas
            ? new WantedReplicas(autoscaler.MinReplicas, reason.Length > 0 ? reason : BelowMinimum)
            : new WantedReplicas(replicas, reason);
    }

    /// <summary>Whether a change takes the last replica away so that the controller may bring it back.</summary>
    public bool GoesToZero(int replicas) => replicas == 0 && scale.Replicas > 0 && autoscaler is { MinReplicas: 0, HasMetricsBesidePods: true };

    /// <summary>Remembers that the target is being scaled.</summary>
    public void Scaled(int replicas) => Scaled(scale.Replicas, replicas);

    private void Scaled(int from, int to)
    {
        if (autoscaler is { ScaleUp: { } up, ScaleDown: { } down })
            History = History.WithScaling(to - from, context.Now, up.LongestPeriod > down.LongestPeriod ? up.LongestPeriod : down.LongestPeriod);
    }

    private (int Replicas, string Name)? Recommend(MetricSource source)
    {
        if (Selector() is not { } selector)
            return null;
        var pods = PodsOf(selector).Select(p => p.As<AutoscaledPod>()).OrderBy(static p => p.Name, StringComparer.Ordinal).ToList();
        var tolerances = new Tolerances(autoscaler.ScaleDown?.Tolerance ?? options.Tolerance, autoscaler.ScaleUp?.Tolerance ?? options.Tolerance);
        var evaluator = new MetricEvaluator(source, new ReplicaCalculator(pods, scale.Replicas, tolerances, options, context.Now), scale.StatusReplicas, context.Key.Namespace);
        var results = autoscaler.Metrics.Select(evaluator.Evaluate).ToList();
        foreach (var (_, refusal) in results)
            if (refusal is not null)
                _events.Add(EventSpec.Warn(about, refusal.Reason, refusal.Message));
        status.SetMetrics(results.Select(r => r.Proposal?.Status ?? new System.Text.Json.Nodes.JsonObject { ["type"] = "" }));
        // Of those that ask for the same number the first one is named; of those that ask for none, the last one, as upstream.
        var best = results.Select(r => r.Proposal).OfType<MetricProposal>().Aggregate((MetricProposal?)null, static (best, next) => best is null or { Replicas: 0 } || next.Replicas > best.Replicas ? next : best);
        var refused = results.Select(r => r.Refusal).OfType<MetricRefusal>().ToList();
        // What is not known could have asked for more: then at least nothing is taken away.
        if (refused.Count > 0 && (best is null || best.Replicas < scale.Replicas))
        {
            status.Set(AutoscalerStatus.ScalingActive, false, refused[0].Reason, $"the HPA was unable to compute the replica count: {refused[0].Message}");
            return Failed($"invalid metrics ({refused.Count} invalid out of {results.Count}), first error is: {refused[0].Error}");
        }
        if (best is null)
            return Failed("there are no metrics");
        status.Set(AutoscalerStatus.ScalingActive, true, "ValidMetricFound", $"the HPA was able to successfully calculate a replica count from {best.Name}");
        return (best.Replicas, best.Name);
    }

    private LabelSelector? Selector()
    {
        if (scale.Selector.Length == 0)
            return Unselectable("SelectorRequired", "selector is required", "InvalidSelector", "the HPA target's scale is missing a selector");
        LabelSelector selector;
        try
        {
            selector = LabelSelector.Parse(scale.Selector);
        }
        catch (ApiException malformed)
        {
            var message = $"couldn't convert selector into a corresponding internal selector object: {malformed.Message}";
            return Unselectable("InvalidSelector", message, "InvalidSelector", message);
        }
        selectors.Note(context.Key, selector);
        var rivals = OfTheSameTarget().Union(selectors.Over(context.Key.Namespace, PodsOf(selector))).Order().ToList();
        if (rivals.Count <= 1)
            return selector;
        var ambiguous = $"pods by selector {scale.Selector} are controlled by multiple HPAs: [{string.Join(' ', rivals)}]";
        return Unselectable("AmbiguousSelector", ambiguous, "AmbiguousSelector", ambiguous);
    }

    private List<CachedObject> PodsOf(LabelSelector selector) =>
        [.. context.View.Of(WellKnownResources.Pods).Matching(context.Key.Namespace, selector)];

    // Those that scale the same thing are rivals before its selector has been read, and when it has no pods.
    private IEnumerable<ObjectKey> OfTheSameTarget() =>
        context.View.Of(AutoscalerReconciler.Autoscalers).By(AutoscalerView.ByTarget, autoscaler.TargetKey).Select(static o => o.Key);

    private LabelSelector? Unselectable(string eventReason, string eventMessage, string reason, string message)
    {
        _events.Add(EventSpec.Warn(about, eventReason, eventMessage));
        status.SetMetrics([]);
        status.Set(AutoscalerStatus.ScalingActive, false, reason, message);
        Failed(eventMessage);
        return null;
    }

    private (int, string)? Failed(string message)
    {
        _events.Add(EventSpec.Warn(about, "FailedComputeMetricsReplicas", message));
        return null;
    }

    private int Normalize(int current, int desired)
    {
        var (min, max, now) = (autoscaler.MinReplicas, autoscaler.MaxReplicas, context.Now);
        int stable, replicas;
        Why why, limit;
        if (autoscaler is { ScaleUp: { } up, ScaleDown: { } down })
        {
            var (upWindow, downWindow) = (up.Window ?? TimeSpan.Zero, down.Window ?? options.DownscaleStabilization);
            (stable, why) = Stabilization.Within(History, current, desired, now, upWindow, downWindow);
            (replicas, limit) = ScalingLimits.Ruled(current, stable, min, max, up, down, History, now);
            History = History.With(desired, now, upWindow > downWindow ? upWindow : downWindow);
        }
        else
        {
            (stable, why) = Stabilization.Highest(History, desired, now, options.DownscaleStabilization);
            (replicas, limit) = ScalingLimits.Default(current, stable, min, max);
            History = History.With(desired, now, options.DownscaleStabilization);
        }
        status.Set(AutoscalerStatus.AbleToScale, true, why);
        status.Set(AutoscalerStatus.ScalingLimited, replicas != stable, limit);
        return replicas;
    }
}
