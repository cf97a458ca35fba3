using ActorKube.Api.Objects;
using ActorKube.Api.Quotas;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.ResourceQuotas;

/// <summary>What objects in the caches count for, read once for each state of an object, and only in namespaces with quotas.</summary>
internal static class Measured
{
    /// <summary>What an object counts for.</summary>
    public static QuotaItem By(this CachedObject item, QuotaEvaluator evaluator) => evaluator switch
    {
        PodCounts => item.As<MeasuredPod>().Item,
        ServiceCounts => item.As<MeasuredService>().Item,
        ClaimCounts => item.As<MeasuredClaim>().Item,
        ObjectCounts counts => counts.Each,
        _ => throw new InvalidOperationException($"Nothing is known of what {evaluator.Resource} count for."),
    };

    private sealed record MeasuredPod(QuotaItem Item) : IObjectView<MeasuredPod>
    {
        public static MeasuredPod Project(StoredObject item) => new(QuotaEvaluators.Pods.Measure(item.Edit()));
    }

    private sealed record MeasuredService(QuotaItem Item) : IObjectView<MeasuredService>
    {
        public static MeasuredService Project(StoredObject item) => new(QuotaEvaluators.Services.Measure(item.Edit()));
    }

    private sealed record MeasuredClaim(QuotaItem Item) : IObjectView<MeasuredClaim>
    {
        public static MeasuredClaim Project(StoredObject item) => new(QuotaEvaluators.Claims.Measure(item.Edit()));
    }
}
