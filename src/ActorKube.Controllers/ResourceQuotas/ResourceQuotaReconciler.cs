using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Quotas;
using ActorKube.Controllers.Hosting;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.ResourceQuotas;

/// <summary>
/// Keeps the status of quotas: what may be used follows the spec, what is used is counted. The API server raises what is used, whatever is created; the controller lowers it when something
/// goes, and puts right what was charged in vain. Upstream: <c>pkg/controller/resourcequota</c>.
/// </summary>
internal sealed class ResourceQuotaReconciler(ResourceQuotaOptions options) : IReconciler
{
    private static readonly GroupVersionResource Quotas = WellKnownResources.ResourceQuotas;

    private readonly QuotaMemory _memory = new(options.Settle, options.Rest);
    private List<(GroupVersionResource Resource, QuotaEvaluator Evaluator)> _counted = [];

    public string Name => "resourcequota-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served)
    {
        _counted = [.. served
            .Where(static s => s.Namespaced && s.Supports("list", "watch"))
            .DistinctBy(static s => s.Resource.Resource)
            .Select(static s => (s.Resource, QuotaEvaluators.Of(s.Resource.Resource)!))
            .Where(static c => c.Item2 is not null)];
        return
        [
            new WatchSpec(Quotas, OfQuota, CacheIndex.Namespace),
            .. _counted.Where(static c => c.Resource != Quotas)
                .Select(c => new WatchSpec(c.Resource, (change, view) => Freed(c.Evaluator, change, view), CacheIndex.Namespace) { Essential = false }),
        ];
    }

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Quotas) is not { } cached)
        {
            _memory.Forget(context.Key);
            return Plan.Nothing;
        }
        if (context.LastFailure is not null)
            _memory.Forget(context.Key);
        var quota = cached.As<QuotaView>().Quota;
        var now = context.Now.Uptime;
        var isNew = quota.Hard is null || quota.Used is null || !quota.Hard.SameAs(quota.Wanted);
        // Mostly its own write.
        if (!isNew && _memory.IsCounted(context.Key, quota.Usage) is { } counted && counted + options.Resync > now)
            return new PlanBuilder().Poll(counted + options.Resync - now).Build();
        var plan = new PlanBuilder().Poll(options.Resync);
        var from = _memory.CountsFrom(context.Key, quota.Used, cached.Seen);
        if (from > now && !isNew)
            return plan.Again(from - now).Build();
        // What was written while the limits did not count yet was not charged.
        if (isNew)
            plan.Again(options.Settle);
        var count = QuotaCount.Of(quota, context.Key.Namespace, _counted, context.View, context.Now);
        if (from > now)
            Write(plan, cached, quota, _memory.Raise(context.Key, quota.Usage, count, now), "what may be used has changed");
        else
        {
            var (used, again) = _memory.Settle(context.Key, quota.Usage.Within(count), count, now);
            if (again)
                plan.Again(options.Settle);
            Write(plan, cached, quota, used, isNew ? "what may be used has changed" : $"counted {count}");
        }
        return plan.Build();
    }

    // What nobody can count keeps what it had.
    private static void Write(PlanBuilder plan, CachedObject cached, Quota quota, Amounts used, string why)
    {
        var known = quota.Usage.Where((name, _) => quota.Wanted.Has(name) && !used.Has(name)).Plus(used);
        if (quota.Hard?.SameAs(quota.Wanted) == true && quota.Used?.SameAs(known) == true)
            return;
        plan.Because(why);
        plan.Do(new UpdateStep(ObjectAddress.Of(Quotas, cached.Key, "status"), cached.Object.WithStatus(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("hard");
            quota.Wanted.ToJson().WriteTo(json);
            json.WritePropertyName("used");
            known.ToJson().WriteTo(json);
            json.WriteEndObject();
        }))
        { Tolerates = [StatusReason.NotFound] });
    }

    private IEnumerable<ObjectKey> OfQuota(ObjectChanged change, IClusterView view) =>
        Freed(QuotaEvaluators.Of(Quotas.Resource)!, change, view).Append(change.Latest.Key).Distinct();

    // What is created is charged by the API server, so only what may free something is followed.
    private List<ObjectKey> Freed(QuotaEvaluator evaluator, ObjectChanged change, IClusterView view)
    {
        var (old, latest) = (change.Old, change.Latest);
        if (old is null || view.Of(Quotas).CountBy(CacheIndex.Namespace, latest.Key.Namespace) == 0)
            return [];
        if (change.New is { } changed && (!Measured.MayDiffer(evaluator, old, changed) || old.By(evaluator).SameFor(changed.By(evaluator))))
            return [];
        var keys = view.Of(Quotas).By(CacheIndex.Namespace, latest.Key.Namespace).Where(q => q.As<QuotaView>().Quota.Wanted.Names.Any(evaluator.Tracks)).Select(static q => q.Key).ToList();
        keys.ForEach(_memory.Freed);
        return keys;
    }
}
