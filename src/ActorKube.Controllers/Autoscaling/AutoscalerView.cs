using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>What is scaled.</summary>
internal sealed record ScaleTarget(string ApiVersion, string Kind, string Name);

/// <summary>What the controller needs of a HorizontalPodAutoscaler.</summary>
internal sealed class AutoscalerView : IObjectView<AutoscalerView>
{
    /// <summary>Autoscalers by what they scale.</summary>
    public static readonly CacheIndex ByTarget = CacheIndex.Of<AutoscalerView>("autoscaler-target", static a => a.TargetKey);

    private AutoscalerView(StoredObject item, JsonNode json)
    {
        Object = item;
        var spec = json.At("spec");
        Spec = spec?.ToJsonString() ?? "";
        Status = json.At("status") as JsonObject ?? [];
        Target = new ScaleTarget(spec.Text("scaleTargetRef", "apiVersion"), spec.Text("scaleTargetRef", "kind"), spec.Text("scaleTargetRef", "name"));
        MinReplicas = spec.Count("minReplicas") ?? 1;
        MaxReplicas = spec.Count("maxReplicas") ?? 0;
        Metrics = [.. spec.Items("metrics").Select(MetricSpec.Read)];
        ScaleUp = ScalingRules.Read(spec.At("behavior", "scaleUp"));
        ScaleDown = ScalingRules.Read(spec.At("behavior", "scaleDown"));
    }

    /// <summary>The autoscaler.</summary>
    public StoredObject Object { get; }

    /// <summary>The whole spec: another one is looked at without waiting for the next turn.</summary>
    public string Spec { get; }

    /// <summary>The status as it is stored; never changed.</summary>
    public JsonObject Status { get; }

    public ScaleTarget Target { get; }

    /// <summary>The value of <see cref="ByTarget"/>: the same for all that scale the same thing, by whatever version they name it.</summary>
    public string TargetKey => $"{Object.Key.Namespace}/{TargetResource.GroupOf(Target.ApiVersion)}/{Target.Kind}/{Target.Name}";

    public int MinReplicas { get; }

    public int MaxReplicas { get; }

    public ImmutableArray<MetricSpec> Metrics { get; }

    /// <summary>Whether some metric says something about the load while there are no pods.</summary>
    public bool HasMetricsBesidePods => Metrics.Any(static m => m.Type is "Object" or "External");

    public ScalingRules? ScaleUp { get; }

    public ScalingRules? ScaleDown { get; }

    /// <inheritdoc/>
    public static AutoscalerView Project(StoredObject item) => new(item, item.Edit());
}
