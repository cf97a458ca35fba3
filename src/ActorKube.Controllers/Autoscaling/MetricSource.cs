using ActorKube.Api.Names;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>Where the samples of a metric are read.</summary>
/// <param name="context">What is served, and the answers there are.</param>
/// <param name="selector">Selector of the target's pods, as text.</param>
internal sealed class MetricSource(ReconcileContext context, string selector)
{
    private const string CustomGroup = "custom.metrics.k8s.io";
    private const string ExternalGroup = "external.metrics.k8s.io";
    private static readonly GroupVersionResource PodMetrics = new("metrics.k8s.io", "v1beta1", "pods");

    /// <summary>The read that a metric needs; null when the API that has it is not served.</summary>
    public LiveRead? Of(MetricSpec metric) => metric.Type switch
    {
        "Resource" or "ContainerResource" => LiveRead.List(PodMetrics, context.Key.Namespace) with { LabelSelector = selector },
        "Pods" => Custom("pods", "*", metric) is { } read ? read with { LabelSelector = selector } : null,
        "Object" => Described(metric),
        "External" => Version(ExternalGroup) is { } version
            ? new LiveRead(new GroupVersionResource(ExternalGroup, version, metric.Name), context.Key.Namespace, "") { LabelSelector = metric.Series }
            : null,
        _ => null,
    };

    /// <summary>The answer to the read of a metric.</summary>
    /// <exception cref="MetricFailure">Nobody can be asked.</exception>
    public LiveAnswer Answer(MetricSpec metric) => Of(metric) is { } read
        ? context.Live[read] ?? throw new InvalidOperationException($"{read} was not asked for.")
        : throw new MetricFailure(metric.Type == "External"
            ? $"unable to fetch metrics from external metrics API: the server could not find the requested resource (get {metric.Name}.{ExternalGroup})"
            : $"unable to fetch metrics from custom metrics API: no custom metrics API ({CustomGroup}) registered");

    private LiveRead? Custom(string resource, string name, MetricSpec metric) => Version(CustomGroup) is { } version
        ? new LiveRead(new GroupVersionResource(CustomGroup, version, resource), context.Key.Namespace, name, metric.Name) { MetricLabelSelector = metric.Series }
        : null;

    // The custom metrics API names resources with their group, as in ingresses.networking.k8s.io; those of a namespace itself stand under a name of their own.
    private LiveRead? Described(MetricSpec metric)
    {
        var (kind, version) = (metric.DescribedObject.Text("kind"), metric.DescribedObject.Text("apiVersion"));
        if (kind == "Namespace" && version.Length == 0)
            return Custom("metrics", metric.Name, metric) is { } read ? read with { Subresource = "" } : null;
        var group = TargetResource.GroupOf(version);
        return context.Served.FirstOrDefault(s => s.Kind == kind && s.Resource.Group == group) is { } served
            ? Custom(served.Resource.Resource.ToString(), metric.DescribedObject.Text("name"), metric)
            : null;
    }

    private string? Version(string group) => context.Served.FirstOrDefault(s => s.Resource.Group == group)?.Resource.Version;
}
