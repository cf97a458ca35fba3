using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>How many replicas a metric asks for, and what it was.</summary>
/// <param name="Replicas">The number.</param>
/// <param name="Utilization">Percentage of the request in use; null for amounts.</param>
/// <param name="Amount">The amount, per pod where it is a metric of pods; in thousandths.</param>
internal readonly record struct ReplicaProposal(int Replicas, int? Utilization, long Amount);

/// <summary>
/// Computes replicas from samples, carefully: what is not known is assumed to speak against the change, and a change that this assumption would turn round does not happen
/// (upstream: <c>replica_calculator.go</c>).
/// </summary>
internal sealed class ReplicaCalculator(IReadOnlyCollection<AutoscaledPod> pods, int currentReplicas, Tolerances tolerances, AutoscalerOptions options, Present now)
{
    private const int WholeRequest = 100;

    /// <summary>By the share of what pods request.</summary>
    /// <exception cref="MetricFailure">No number can be computed.</exception>
    public ReplicaProposal ByUtilization(Dictionary<string, PodSample> samples, string resource, string container, int target)
    {
        RequirePods();
        var groups = Grouped(samples, resource);
        var requests = Requests(resource, container);
        (double Ratio, int Utilization, long Amount) Usage(IReadOnlyDictionary<string, PodSample> s) => Share(s, requests, target);
        var (ratio, utilization, amount) = Usage(samples);
        var replicas = Propose(samples, groups, ratio, s => Usage(s).Ratio, name => Totals.Fit((Int128)requests.GetValueOrDefault(name) * Math.Max(WholeRequest, target) / WholeRequest));
        return new ReplicaProposal(replicas, utilization, amount);
    }

    /// <summary>By the average amount per pod.</summary>
    /// <exception cref="MetricFailure">No number can be computed.</exception>
    public ReplicaProposal ByAverage(Dictionary<string, PodSample> samples, string resource, long target)
    {
        RequirePods();
        var groups = Grouped(samples, resource);
        var average = Average(samples);
        var replicas = Propose(samples, groups, (double)average / target, s => (double)Average(s) / target, _ => target);
        return new ReplicaProposal(replicas, null, average);
    }

    /// <summary>By one amount for all pods together. A target without pods is brought up as far as the amount asks for.</summary>
    /// <exception cref="MetricFailure">No number can be computed.</exception>
    public ReplicaProposal ByValue(long amount, long target)
    {
        var ratio = (double)amount / target;
        if (currentReplicas == 0)
            return new ReplicaProposal(Ceiling(ratio), null, amount);
        if (tolerances.Covers(ratio))
            return new ReplicaProposal(currentReplicas, null, amount);
        RequirePods("unable to calculate ready pods: ");
        return new ReplicaProposal(Ceiling(ratio * pods.Count(p => p is { Phase: "Running", Ready.Status: "True" })), null, amount);
    }

    /// <summary>By one amount that the pods share.</summary>
    /// <param name="amount">The amount.</param>
    /// <param name="target">What each pod should have of it.</param>
    /// <param name="statusReplicas">How many pods there are.</param>
    public ReplicaProposal ByShare(long amount, long target, int statusReplicas)
    {
        var within = statusReplicas > 0 && tolerances.Covers(amount / ((double)target * statusReplicas));
        return new ReplicaProposal(within ? statusReplicas : Ceiling((double)amount / target), null, statusReplicas > 0 ? (long)Math.Ceiling((double)amount / statusReplicas) : 0);
    }

    private int Propose(Dictionary<string, PodSample> samples, PodGroups groups, double ratio, Func<IReadOnlyDictionary<string, PodSample>, double> again, Func<string, long> assumed)
    {
        var withUnready = groups.Unready.Count > 0 && ratio > 1.0;
        if (!withUnready && groups.Missing.Count == 0)
            return tolerances.Covers(ratio) ? currentReplicas : Ceiling(ratio * groups.Ready);
        // Against scaling down: what is missing uses all it may. Against scaling up: what is missing, or not ready, uses nothing.
        foreach (var name in ratio == 1.0 ? [] : groups.Missing)
            samples[name] = new PodSample(ratio < 1.0 ? assumed(name) : 0, default, default);
        foreach (var name in withUnready ? groups.Unready : [])
            samples[name] = default;
        var careful = again(samples);
        if (tolerances.Covers(careful) || (ratio < 1.0 && careful > 1.0) || (ratio > 1.0 && careful < 1.0))
            return currentReplicas;
        var replicas = Ceiling(careful * samples.Count);
        return (careful < 1.0 && replicas > currentReplicas) || (careful > 1.0 && replicas < currentReplicas) ? currentReplicas : replicas;
    }

    private Dictionary<string, long> Requests(string resource, string container)
    {
        var requests = new Dictionary<string, long>();
        foreach (var pod in pods)
        {
            if (container.Length == 0 && pod.WholeRequests is { } whole)
                requests[pod.Name] = whole.TryGetValue(resource, out var needed) ? needed : throw new MetricFailure($"missing pod-level request for {resource} in Pod {pod.Name}");
            else
                requests[pod.Name] = OfContainers(pod, resource, container);
        }
        return requests;
    }

    private static long OfContainers(AutoscaledPod pod, string resource, string container)
    {
        Int128 sum = 0;
        var found = container.Length == 0;
        foreach (var (name, own) in pod.Containers)
            if (container.Length == 0 || container == name)
            {
                sum += own.TryGetValue(resource, out var request) ? request : throw new MetricFailure($"missing request for {resource} in container {name} of Pod {pod.Name}");
                found = true;
            }
        return found ? Totals.Fit(sum) : throw new MetricFailure($"container {container} not found in Pod {pod.Name}");
    }

    private static (double Ratio, int Utilization, long Amount) Share(IReadOnlyDictionary<string, PodSample> samples, Dictionary<string, long> requests, int target)
    {
        Int128 used = 0, requested = 0;
        var count = 0;
        foreach (var (name, sample) in samples)
            if (requests.TryGetValue(name, out var request))
            {
                used += sample.Value;
                requested += request;
                count++;
            }
        if (requested == 0)
            throw new MetricFailure("no metrics returned matched known pods");
        var utilization = (int)Int128.Clamp(used * WholeRequest / requested, int.MinValue, int.MaxValue);
        return ((double)utilization / target, utilization, Totals.Fit(used / count));
    }

    private static long Average(IReadOnlyDictionary<string, PodSample> samples) => samples.Values.Select(static s => s.Value).Total() / samples.Count;

    private static int Ceiling(double replicas) => replicas >= int.MaxValue ? int.MaxValue : (int)Math.Ceiling(replicas);

    private void RequirePods(string about = "")
    {
        if (pods.Count == 0)
            throw new MetricFailure(about + "no pods returned by selector while calculating replica count");
    }

    private PodGroups Grouped(Dictionary<string, PodSample> samples, string resource)
    {
        var groups = PodGroups.Of(pods, samples, resource, options, now);
        return samples.Count > 0 ? groups : throw new MetricFailure("did not receive metrics for targeted pods (pods might be unready)");
    }
}
