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
        "Pods" => Custom("pods", "*", metric.Name),
        "Object" => Described(metric) is { } resource ? Custom(resource, metric.DescribedObject.Text("name"), metric.Name) : null,
        "External" => Version(ExternalGroup) is { } version ? new LiveRead(new GroupVersionResource(ExternalGroup, version, metric.Name), context.Key.Namespace, "") : null,
        _ => null,
    };

    /// <summary>The answer to the read of a metric.</summary>
    /// <exception cref="MetricFailure">Nobody can be asked.</exception>
    public LiveAnswer Answer(MetricSpec metric) => Of(metric) is { } read
        ? context.Live[read] ?? throw new InvalidOperationException($"{read} was not asked for.")
        : throw new MetricFailure(metric.Type == "External"
            ? $"unable to fetch metrics from external metrics API: the server could not find the requested resource (get {metric.Name}.{ExternalGroup})"
            : $"unable to fetch metrics from custom metrics API: no custom metrics API ({CustomGroup}) registered");

    private LiveRead? Custom(string resource, string name, string metric) =>
        Version(CustomGroup) is { } version ? new LiveRead(new GroupVersionResource(CustomGroup, version, resource), context.Key.Namespace, name, metric) : null;

    // The custom metrics API names resources with their group, as in ingresses.networking.k8s.io.
    private string? Described(MetricSpec metric)
    {
        var kind = metric.DescribedObject.Text("kind");
        var group = TargetResource.GroupOf(metric.DescribedObject.Text("apiVersion"));
        return context.Served.FirstOrDefault(s => s.Kind == kind && s.Resource.Group == group)?.Resource.Resource.ToString();
    }

    private string? Version(string group) => context.Served.FirstOrDefault(s => s.Resource.Group == group)?.Resource.Version;
}
