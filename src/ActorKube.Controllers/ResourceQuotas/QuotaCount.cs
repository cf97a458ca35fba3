using ActorKube.Api.Names;
using ActorKube.Api.Quantities;
using ActorKube.Api.Quotas;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.ResourceQuotas;

/// <summary>Counts what a quota's namespace uses (upstream: <c>CalculateUsage</c>). Pure.</summary>
internal static class QuotaCount
{
    /// <summary>The amounts of all resources of the quota that can be counted; others are missing.</summary>
    /// <param name="quota">The quota.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="counted">The resources that are counted.</param>
    /// <param name="view">The caches.</param>
    /// <param name="now">The time.</param>
    public static Amounts Of(Quota quota, string ns, IEnumerable<(GroupVersionResource Resource, QuotaEvaluator Evaluator)> counted, IClusterView view, DateTimeOffset now)
    {
        var used = new Amounts();
        foreach (var (resource, evaluator) in counted)
        {
            var tracked = quota.Wanted.Where((name, _) => evaluator.Tracks(name));
            if (tracked.Count == 0 || view.Of(resource) is not { Revision: > 0 } cache)
                continue;
            foreach (var name in tracked.Names)
                used.Add(name, Quantity.Zero);
            if (evaluator is ObjectCounts counts)
            {
                if (quota.Scopes.Count == 0)
                    AddAll(used, counts.Each.Stored.Within(tracked), cache.CountBy(CacheIndex.Namespace, ns));
                continue;
            }
            string[] names = [.. tracked.Names];
            var sums = new Quantity[names.Length];
            foreach (var item in cache.By(CacheIndex.Namespace, ns))
            {
                var measured = item.MeasuredBy(evaluator);
                if (quota.Scopes.Count == 0 || quota.Scopes.All(s => evaluator.IsInScope(s, measured.Item)))
                    measured.AddTo(sums, names, now);
            }
            for (var i = 0; i < names.Length; i++)
                used.Add(names[i], sums[i]);
        }
        return used;
    }

    private static void AddAll(Amounts used, Amounts each, int count)
    {
        foreach (var (name, _) in each)
            used.Add(name, Quantity.FromUnits(count));
    }
}
