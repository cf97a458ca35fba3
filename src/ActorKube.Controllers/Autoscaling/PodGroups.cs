using ActorKube.Controllers.Hosting;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>The pods of a target by how much their samples can be believed (upstream: <c>groupPods</c>).</summary>
/// <param name="Ready">How many pods have a sample that counts.</param>
/// <param name="Unready">Pods that are still starting: their samples say nothing about the load.</param>
/// <param name="Missing">Pods that should have a sample and have none.</param>
internal sealed record PodGroups(int Ready, List<string> Unready, List<string> Missing)
{
    /// <summary>Groups the pods, and takes the samples of those that do not count out of <paramref name="samples"/>.</summary>
    /// <param name="pods">The pods that the target's selector covers.</param>
    /// <param name="samples">Samples by pod.</param>
    /// <param name="resource">The resource; CPU is special, because starting costs a lot of it.</param>
    /// <param name="options">How long pods count as starting.</param>
    /// <param name="now">The time.</param>
    public static PodGroups Of(IReadOnlyCollection<AutoscaledPod> pods, Dictionary<string, PodSample> samples, string resource, AutoscalerOptions options, Present now)
    {
        var groups = new PodGroups(0, [], []);
        var ready = 0;
        foreach (var pod in pods)
        {
            if (pod.IsGone)
                samples.Remove(pod.Name);
            else if (pod.Phase == "Pending")
                groups.Unready.Add(pod.Name);
            else if (!samples.TryGetValue(pod.Name, out var sample))
                groups.Missing.Add(pod.Name);
            else if (resource == "cpu" && IsStarting(pod, sample, options, now))
                groups.Unready.Add(pod.Name);
            else
                ready++;
        }
        foreach (var name in groups.Unready)
            samples.Remove(name);
        return groups with { Ready = ready };
    }

    private static bool IsStarting(AutoscaledPod pod, PodSample sample, AutoscalerOptions options, Present now)
    {
        if (pod is not { Ready: { } ready, Started: { } started })
            return true;
        // In the beginning a sample counts only if all of it was taken after the pod became ready; later a pod that is not ready counts, unless it has never been.
        return now.Since(started) < options.CpuInitializationPeriod
            ? ready.Status == "False" || sample.At < ready.Changed + sample.Window
            : ready.Status == "False" && started + options.InitialReadinessDelay > ready.Changed;
    }
}
