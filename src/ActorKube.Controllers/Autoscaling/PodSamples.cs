using System.Text.Json.Nodes;
using ActorKube.Api.Times;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>The value of a metric for one pod.</summary>
/// <param name="Value">In thousandths.</param>
/// <param name="At">End of the span it is the average of.</param>
/// <param name="Window">Length of that span.</param>
internal readonly record struct PodSample(long Value, DateTimeOffset At, TimeSpan Window);

/// <summary>Reads the samples of pods out of what the metrics APIs answer.</summary>
internal static class PodSamples
{
    // What metrics that do not say are assumed to be the average of.
    private static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(1);

    /// <summary>What pods use of a resource, by the pod's name. A pod one of whose containers has no figure has none.</summary>
    /// <param name="answer">List of PodMetrics.</param>
    /// <param name="resource">For example <c>cpu</c>.</param>
    /// <param name="container">The container meant; empty for the whole pod.</param>
    /// <exception cref="MetricFailure">There are none.</exception>
    public static Dictionary<string, PodSample> OfResource(LiveAnswer answer, string resource, string container)
    {
        if ((answer.Error ?? answer.Absence) is { } error)
            throw new MetricFailure($"unable to fetch metrics from resource metrics API: {error.Message}");
        if (answer.Items.Count == 0)
            throw new MetricFailure("no metrics returned from resource metrics API");
        var samples = new Dictionary<string, PodSample>();
        foreach (var item in answer.Items)
        {
            var json = item.Edit();
            if (Sum(json, item.Key.ToString(), resource, container) is { } value)
                samples[item.Key.Name] = new PodSample(value, json.Time("timestamp") ?? default, Api.Times.GoDuration.TryParse(json.Text("window"), out var window) ? window : DefaultWindow);
        }
        return samples;
    }

    /// <summary>The values in a MetricValueList, by the name of the object they describe.</summary>
    /// <param name="answer">Get of the list.</param>
    /// <param name="api">Name of the API, for the failure.</param>
    /// <exception cref="MetricFailure">There are none.</exception>
    public static Dictionary<string, PodSample> OfValues(LiveAnswer answer, string api)
    {
        if ((answer.Error ?? answer.Absence) is { } error)
            throw new MetricFailure($"unable to fetch metrics from {api} metrics API: {error.Message}");
        var samples = new Dictionary<string, PodSample>();
        foreach (var value in (answer.Object?.Edit()).Items("items"))
            samples[value.Text("describedObject", "name") is { Length: > 0 } name ? name : samples.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new PodSample(
                MetricSpec.Millis(value.At("value")) ?? 0,
                value.Time("timestamp") ?? default,
                value.Number("windowSeconds") is { } seconds ? KubeTime.Span(seconds) : DefaultWindow);
        return samples.Count > 0 ? samples : throw new MetricFailure($"no metrics returned from {api} metrics API");
    }

    private static long? Sum(JsonObject pod, string key, string resource, string container)
    {
        Int128 sum = 0;
        var found = container.Length == 0;
        foreach (var part in pod.Items("containers"))
        {
            if (container.Length > 0 && part.Text("name") != container)
                continue;
            found = true;
            if (MetricSpec.Millis(part.At("usage", resource)) is not { } used)
                return null;
            sum += used;
        }
        return found ? Totals.Fit(sum) : throw new MetricFailure($"container {container} not present in metrics for pod {key}");
    }
}
