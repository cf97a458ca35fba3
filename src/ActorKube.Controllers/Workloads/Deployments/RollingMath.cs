namespace ActorKube.Controllers.Workloads.Deployments;

/// <summary>A set during a rolling update: what it is asked for and what is available of it.</summary>
/// <param name="Replicas">Replicas asked for.</param>
/// <param name="Available">Available replicas.</param>
internal readonly record struct SetSize(int Replicas, int Available);

/// <summary>The arithmetic of rolling updates and of scaling in the middle of one; upstream's <c>rolling.go</c> and <c>deployment_util.go</c>.</summary>
internal static class RollingMath
{
    /// <summary>
    /// The size of the new set: as many more as the surge leaves room for. Example: 10 wanted, surge 3, 10 old and 0 new → 3.
    /// </summary>
    public static int NewSet(int wanted, RollingBounds bounds, int newReplicas, long allReplicas)
    {
        if (newReplicas >= wanted)
            return wanted;
        var room = (long)wanted + bounds.MaxSurge - allReplicas;
        return room <= 0 ? newReplicas : newReplicas + (int)Math.Min(room, wanted - newReplicas);
    }

    /// <summary>
    /// The sizes of the old sets, oldest first. First go pods that are not available anyhow, then available ones as far as the minimum allows; pods of the new set that are not available count as missing.
    /// </summary>
    public static int[] OldSets(int wanted, RollingBounds bounds, SetSize newSet, IReadOnlyList<SetSize> oldSets)
    {
        var sizes = oldSets.Select(s => s.Replicas).ToArray();
        var minAvailable = (long)wanted - bounds.MaxUnavailable;
        var all = sizes.Sum(static s => (long)s);
        var surplus = all + newSet.Available - minAvailable;
        if (surplus <= 0 || all == 0)
            return sizes;
        for (var i = 0; i < sizes.Length && surplus > 0; i++)
        {
            var unhealthy = (int)Math.Min(surplus, Math.Max(0, sizes[i] - oldSets[i].Available));
            sizes[i] -= unhealthy;
            surplus -= unhealthy;
        }
        var spare = oldSets.Sum(static s => (long)s.Available) + newSet.Available - minAvailable;
        for (var i = 0; i < sizes.Length && spare > 0; i++)
        {
            var healthy = (int)Math.Min(spare, sizes[i]);
            sizes[i] -= healthy;
            spare -= healthy;
        }
        return sizes;
    }

    /// <summary>Whether all sets have the size that they shall have for now.</summary>
    public static bool IsAtRest(int wanted, RollingBounds bounds, SetSize newSet, IReadOnlyList<SetSize> oldSets) =>
        NewSet(wanted, bounds, newSet.Replicas, newSet.Replicas + oldSets.Sum(static s => (long)s.Replicas)) == newSet.Replicas
        && OldSets(wanted, bounds, newSet, oldSets).SequenceEqual(oldSets.Select(static s => s.Replicas));

    /// <summary>
    /// Spreads a change of the wanted number over the sets in proportion to their sizes, so that a rollout in flight keeps its balance.
    /// </summary>
    /// <param name="wanted">Replicas wanted now.</param>
    /// <param name="bounds">Its bounds.</param>
    /// <param name="sets">Active sets: replicas, and the most the deployment could have had when the set was scaled last. In the order in which they are to be served; the first takes what rounding leaves.</param>
    public static int[] Proportional(int wanted, RollingBounds bounds, IReadOnlyList<(int Replicas, int MaxBefore)> sets)
    {
        var sizes = sets.Select(s => s.Replicas).ToArray();
        var allowed = wanted > 0 ? (long)wanted + bounds.MaxSurge : 0;
        var toAdd = allowed - sizes.Sum(static s => (long)s);
        if (toAdd == 0)
            return sizes;
        var added = 0L;
        for (var i = 0; i < sizes.Length && added != toAdd; i++)
        {
            var share = Share(wanted, bounds, sets[i]);
            share = toAdd > 0 ? Math.Min(share, toAdd - added) : Math.Max(share, toAdd - added);
            sizes[i] = Totals.Fit(sizes[i] + share);
            added += share;
        }
        if (sizes.Length > 0)
            sizes[0] = Totals.Fit(Math.Max(0, sizes[0] + toAdd - added));
        return sizes;
    }

    private static long Share(int wanted, RollingBounds bounds, (int Replicas, int MaxBefore) set)
    {
        if (set.Replicas == 0)
            return 0;
        if (wanted == 0)
            return -set.Replicas;
        // Nothing to be in proportion to.
        if (set.MaxBefore <= 0)
            return 0;
        var size = (double)set.Replicas * ((long)wanted + bounds.MaxSurge) / set.MaxBefore;
        return (long)Math.Round(size, MidpointRounding.AwayFromZero) - set.Replicas;
    }
}
