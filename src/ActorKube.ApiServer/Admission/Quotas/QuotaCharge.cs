using System.Text.Json.Nodes;
using ActorKube.Api.Quotas;

namespace ActorKube.ApiServer.Admission.Quotas;

/// <summary>
/// Decides what a write costs each quota of its namespace, or that one of them does not allow it (upstream: <c>CheckRequest</c> of <c>plugin/resourcequota</c>). Pure.
/// </summary>
internal static class QuotaCharge
{
    /// <summary>Charges a write.</summary>
    /// <param name="quotas">The quotas as they stand.</param>
    /// <param name="write">The write.</param>
    /// <param name="now">The time: what is over costs nothing.</param>
    /// <returns>The quotas as they stand after it, or why it is refused.</returns>
    public static QuotaVerdict Of(IReadOnlyList<Quota> quotas, QuotaWrite write, DateTimeOffset now)
    {
        var item = write.Evaluator.Measure(write.Object);
        var usage = item.Usage(now);
        var before = write.Old is { } old ? write.Evaluator.Measure(old) : null;
        var concerned = new List<(int Index, Amounts Tracked)>();
        for (var i = 0; i < quotas.Count; i++)
        {
            var quota = quotas[i];
            var tracked = quota.Tracked(write.Evaluator, item);
            if (tracked.Count == 0)
                continue;
            if (write.Evaluator.Missing(tracked, write.Object) is { } missing)
                return QuotaVerdict.No($"failed quota: {quota.Name}: {missing}");
            if (tracked.Names.Any(name => !quota.Usage.Has(name)))
                return QuotaVerdict.No($"status unknown for quota: {quota.Name}, resources: {string.Join(',', tracked.Names)}");
            concerned.Add((i, tracked));
        }
        if (usage.Where(static (_, amount) => amount.Sign < 0) is { Count: > 0 } negative)
            return QuotaVerdict.No($"quota usage is negative for resource(s): {string.Join(',', negative.Names)}");
        var growth = before is null ? usage : usage.Above(before.Usage(now));
        // An object that the quota counted before only costs what it has become larger.
        var costs = concerned.ConvertAll(c => before is not null && quotas[c.Index].Tracked(write.Evaluator, before).Count > 0 ? growth : usage);
        if (costs.DefaultIfEmpty(growth).All(static c => c.All(static a => a.Value.IsZero)))
            return new QuotaVerdict(quotas, null);
        if (LimitedResources.Uncovered(write, item, usage, quotas, concerned.Select(static c => c.Tracked)) is { } uncovered)
            return new QuotaVerdict([], uncovered);

        var charged = quotas.ToArray();
        foreach (var ((index, tracked), cost) in concerned.Zip(costs))
        {
            var quota = quotas[index];
            var requested = cost.Where((name, amount) => !amount.IsZero && tracked.Has(name));
            if (requested.Count == 0)
                continue;
            var after = quota.Usage.Plus(requested);
            var exceeded = requested.Where((name, _) => after[name] > quota.Limits[name]);
            if (exceeded.Count > 0 && write.Subresource != "status")
                return QuotaVerdict.No($"exceeded quota: {quota.Name}, requested: {exceeded}, used: {quota.Usage.Within(exceeded)}, limited: {quota.Limits.Within(exceeded)}");
            charged[index] = quota with { Used = after };
        }
        return new QuotaVerdict(charged, null);
    }
}

/// <summary>A write that quotas may have to pay for.</summary>
/// <param name="Evaluator">Who knows what objects of the resource count for.</param>
/// <param name="Object">The state that is wanted.</param>
/// <param name="Old">The present state; null when the object is created.</param>
/// <param name="Subresource">What is written; empty for the object itself.</param>
internal sealed record QuotaWrite(QuotaEvaluator Evaluator, JsonObject Object, JsonObject? Old, string Subresource)
{
    /// <summary>What may only be consumed where a quota covers it.</summary>
    public IReadOnlyList<LimitedResource> Limited { get; init; } = [];
}

/// <summary>Why a write is refused.</summary>
/// <param name="Why">In upstream's words.</param>
/// <param name="IsFault">Whether it is answered as a fault of the server, as upstream does, and not as forbidden.</param>
internal sealed record QuotaRefusal(string Why, bool IsFault = false);

/// <summary>What a write comes to.</summary>
/// <param name="Quotas">The quotas after it, in the order in which they were given; empty when it is refused.</param>
/// <param name="Refusal">Why it is refused; null when it is not.</param>
internal readonly record struct QuotaVerdict(IReadOnlyList<Quota> Quotas, QuotaRefusal? Refusal)
{
    /// <summary>It is refused.</summary>
    public static QuotaVerdict No(string why) => new([], new QuotaRefusal(why));
}
