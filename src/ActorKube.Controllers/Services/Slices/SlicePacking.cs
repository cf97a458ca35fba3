namespace ActorKube.Controllers.Services.Slices;

/// <summary>
/// Spreads endpoints over slices with as few writes as upstream needs: endpoints stay where they are; new ones go into slices that are written anyhow, the fullest first; what remains
/// goes, if it fits at once, into the slice that it fills best, else into new ones.
/// </summary>
internal static class SlicePacking
{
    /// <summary>Packs the endpoints of one address type and one set of ports.</summary>
    /// <param name="slices">The slices of these ports, changed in place. Those left empty are to be deleted; they are taken out.</param>
    /// <param name="desired">The endpoints there are to be, by identity. Emptied.</param>
    /// <param name="create">Makes a new slice.</param>
    /// <param name="max">Most endpoints in a slice.</param>
    /// <param name="relabeled">Whether a slice has to be written for its labels' sake.</param>
    /// <returns>Slices that are to be deleted.</returns>
    public static List<SliceDraft> Pack(List<SliceDraft> slices, SortedDictionary<string, SliceEndpoint> desired, Func<SliceDraft> create, int max, Func<SliceDraft, bool> relabeled)
    {
        foreach (var slice in slices)
            slice.Changed = Keep(slice, desired) || relabeled(slice);
        var empty = slices.Where(s => s is { Changed: true, Endpoints.Count: 0, Known.Endpoints.Length: > 0 }).ToList();
        slices.RemoveAll(empty.Contains);
        foreach (var slice in slices.Where(s => s.Changed).OrderByDescending(s => s.Endpoints.Count))
            Fill(slice, desired, max);
        while (desired.Count > 0)
        {
            var slice = desired.Count < max ? BestFit(slices.Where(s => !s.Changed), desired.Count, max) : null;
            if (slice is null)
                slices.Add(slice = create());
            slice.Changed = true;
            Fill(slice, desired, max);
        }
        return empty;
    }

    private static bool Keep(SliceDraft slice, SortedDictionary<string, SliceEndpoint> desired)
    {
        var changed = false;
        for (var i = slice.Endpoints.Count - 1; i >= 0; i--)
        {
            var known = slice.Endpoints[i];
            if (!desired.Remove(known.Identity, out var wanted))
            {
                slice.Endpoints.RemoveAt(i);
                changed = true;
            }
            else if (!wanted.SameState(known))
            {
                slice.Endpoints[i] = wanted;
                changed = true;
            }
        }
        return changed;
    }

    private static void Fill(SliceDraft slice, SortedDictionary<string, SliceEndpoint> desired, int max)
    {
        while (desired.Count > 0 && slice.Endpoints.Count < max)
        {
            var next = desired.First();
            desired.Remove(next.Key);
            slice.Endpoints.Add(next.Value);
        }
    }

    private static SliceDraft? BestFit(IEnumerable<SliceDraft> slices, int count, int max) =>
        slices.Where(s => s.Endpoints.Count + count <= max).MaxBy(s => s.Endpoints.Count);
}
