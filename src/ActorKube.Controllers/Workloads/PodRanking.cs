using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads;

/// <summary>
/// The order in which a controller gives up pods when it has too many; upstream's <c>ActivePodsWithRanks</c>. The first difference decides: without node before
/// with; pending before unknown before running; not ready before ready; lower deletion cost first; more relatives on the same node first; ready for a shorter time first; more restarts first, those of sidecars last;
/// younger first. Times are compared by order of magnitude (log₂), so that pods of one age are told apart by uid: at random, as far as anybody can see.
/// </summary>
internal sealed class PodRanking(Func<PodView, int> relativesOnNode, DateTimeOffset now) : IComparer<PodView>
{
    public int Compare(PodView? a, PodView? b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var order = (a.NodeName.Length > 0).CompareTo(b.NodeName.Length > 0);
        if (order == 0)
            order = Rank(a.Phase).CompareTo(Rank(b.Phase));
        if (order == 0)
            order = a.Ready.CompareTo(b.Ready);
        if (order == 0)
            order = a.DeletionCost.CompareTo(b.DeletionCost);
        if (order == 0)
            order = relativesOnNode(b).CompareTo(relativesOnNode(a));
        if (order == 0 && a.Ready && b.Ready && a.ReadyChanged != b.ReadyChanged)
            return ByAge(a, b, a.ReadyChanged, b.ReadyChanged);
        if (order == 0)
            order = b.Restarts.CompareTo(a.Restarts);
        if (order == 0)
            order = b.SidecarRestarts.CompareTo(a.SidecarRestarts);
        if (order == 0 && a.Object.Head.Created != b.Object.Head.Created)
            return ByAge(a, b, a.Object.Head.Created, b.Object.Head.Created);
        return order != 0 ? order : string.CompareOrdinal(a.Object.Head.Uid, b.Object.Head.Uid);
    }

    private static int Rank(PodPhase phase) => phase switch
    {
        PodPhase.Pending => 0,
        PodPhase.Unknown => 1,
        _ => 2,
    };

    private int ByAge(PodView a, PodView b, DateTimeOffset? timeA, DateTimeOffset? timeB)
    {
        var order = Magnitude(timeA).CompareTo(Magnitude(timeB));
        return order != 0 ? order : string.CompareOrdinal(a.Object.Head.Uid, b.Object.Head.Uid);
    }

    // An absent time counts as younger than any.
    private int Magnitude(DateTimeOffset? time) =>
        time is not { } t ? int.MinValue : (now - t).Ticks is > 0 and var age ? (int)Math.Log2(age * 100.0) : -1;
}
