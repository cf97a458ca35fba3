using ActorKube.Api.Quotas;

namespace ActorKube.ApiServer.Admission.Quotas;

/// <summary>Finds out whether quotas cover what may only be consumed under one. Pure.</summary>
internal static class LimitedResources
{
    /// <summary>Why a write is refused; null when everything that is limited is covered.</summary>
    /// <param name="write">The write, with what is limited.</param>
    /// <param name="item">What quotas know of the object.</param>
    /// <param name="usage">What it counts for.</param>
    /// <param name="quotas">All quotas of the namespace.</param>
    /// <param name="tracked">Resources of those that the object is charged to.</param>
    public static QuotaRefusal? Uncovered(QuotaWrite write, QuotaItem item, Amounts usage, IReadOnlyList<Quota> quotas, IEnumerable<Amounts> tracked)
    {
        if (write.Limited.Count == 0)
            return null;
        var covered = tracked.SelectMany(static t => t.Names).ToHashSet();
        var parts = write.Limited.Where(l => l.Resource == write.Evaluator.Resource).SelectMany(static l => l.Contains).ToArray();
        var consumed = usage.Where((name, amount) => amount.Sign > 0 && !covered.Contains(name) && parts.Any(p => name.Contains(p, StringComparison.Ordinal)));
        if (consumed.Count > 0)
            return new QuotaRefusal($"insufficient quota to consume: {string.Join(',', consumed.Names)}");
        var known = quotas.SelectMany(static q => q.Scopes).Where(s => write.Evaluator.IsInScope(s, item)).Select(static s => s.Name).ToHashSet();
        var open = write.Limited.SelectMany(static l => l.Scopes).Where(s => write.Evaluator.IsInScope(s, item) && !known.Contains(s.Name)).ToArray();
        return open.Length == 0 ? null : new QuotaRefusal($"insufficient quota to match these scopes: [{string.Join(' ', open.Select(Shown))}]", IsFault: true);
    }

    private static string Shown(QuotaScope scope) => $"{{{scope.Name} {scope.Operator} [{string.Join(' ', scope.Values)}]}}";
}
