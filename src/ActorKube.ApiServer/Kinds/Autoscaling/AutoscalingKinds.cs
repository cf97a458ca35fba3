using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Autoscaling;

/// <summary>Horizontal pod autoscalers: v2 is stored, v1 is a narrower view of it.</summary>
internal static class AutoscalingKinds
{
    private const string Kind = "HorizontalPodAutoscaler";
    private const string Plural = "horizontalpodautoscalers";
    private static readonly KindFacts V2 = Namespaced("autoscaling/v2", Kind, Plural, "hpa").WithStatus().In(All).Counted();

    /// <summary>autoscaling/v2.</summary>
    public static KindStrategy HorizontalPodAutoscaler => new HorizontalPodAutoscalerStrategy(V2, HpaColumns.All, null);

    /// <summary>autoscaling/v1.</summary>
    public static KindStrategy HorizontalPodAutoscalerV1 => new HorizontalPodAutoscalerStrategy(
        Namespaced("autoscaling/v1", Kind, Plural, "hpa").WithStatus().In(All).Counted() with { StoredAs = V2.Kind }, HpaColumns.V1, new HorizontalPodAutoscalerConversion());
}
