using ActorKube.Api.Objects;
using ActorKube.Api.Quotas;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.ResourceQuotas;

/// <summary>What objects in the caches count for, read once for each state of an object, and only in namespaces with quotas.</summary>
internal static class Measured
{
    /// <summary>What an object counts for.</summary>
    public static QuotaItem By(this CachedObject item, QuotaEvaluator evaluator) => evaluator is ObjectCounts counts ? counts.Each : item.MeasuredBy(evaluator).Item;

    /// <summary>The same of what is not merely counted.</summary>
    public static MeasuredObject MeasuredBy(this CachedObject item, QuotaEvaluator evaluator) => evaluator switch
    {
        PodCounts => item.As<MeasuredPod>(),
        ServiceCounts => item.As<MeasuredService>(),
        ClaimCounts => item.As<MeasuredClaim>(),
        _ => throw new InvalidOperationException($"Nothing is known of what {evaluator.Resource} count for."),
    };

    /// <summary>
    /// False when two states of an object surely count alike: a look at a few fields, because every report about every pod of a namespace with quotas is asked, and hardly any changes what it
    /// counts for.
    /// </summary>
    public static bool MayDiffer(QuotaEvaluator evaluator, CachedObject old, CachedObject now) => evaluator switch
    {
        ObjectCounts => false,
        PodCounts => old.Head.Uid != now.Head.Uid || old.Head.Generation != now.Head.Generation || now.Head.Generation == 0 || HasEnded(old) != HasEnded(now) || IsResized(old) || IsResized(now),
        _ => true,
    };

    private static bool HasEnded(CachedObject pod) => pod.Object.Field("status.phase") is "Succeeded" or "Failed";

    // What a pod has while it is made larger or smaller stands in its status.
    private static bool IsResized(CachedObject pod) => pod.Object.Json.Span.IndexOf("\"PodResize"u8) >= 0;

    private sealed class MeasuredPod(QuotaItem item) : MeasuredObject(item), IObjectView<MeasuredPod>
    {
        public static MeasuredPod Project(StoredObject item) => new(QuotaEvaluators.Pods.Measure(item.Edit()));
    }

    private sealed class MeasuredService(QuotaItem item) : MeasuredObject(item), IObjectView<MeasuredService>
    {
        public static MeasuredService Project(StoredObject item) => new(QuotaEvaluators.Services.Measure(item.Edit()));
    }

    private sealed class MeasuredClaim(QuotaItem item) : MeasuredObject(item), IObjectView<MeasuredClaim>
    {
        public static MeasuredClaim Project(StoredObject item) => new(QuotaEvaluators.Claims.Measure(item.Edit()));
    }
}
