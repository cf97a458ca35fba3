using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Workloads.DaemonSets;

/// <summary>The next step of a rolling update: pods of old templates to delete, nodes to give a second pod.</summary>
internal sealed record DaemonRollout(List<DaemonPod> Delete, List<string> Create)
{
    /// <summary>
    /// Without surge, old pods that are not available go at once, others as far as <c>maxUnavailable</c> allows; the nodes then lack a pod and get a new one. With surge, nodes get a new pod beside the
    /// old one, as far as <c>maxSurge</c> allows, and the old one goes when the new one is available; an old pod on a node that is no longer chosen stays until there are enough without it.
    /// Upstream: <c>rollingUpdate</c>.
    /// </summary>
    /// <param name="set">The set.</param>
    /// <param name="wanted">Nodes that should have a pod.</param>
    /// <param name="known">All nodes there are.</param>
    /// <param name="pods">Pods by node.</param>
    /// <param name="hash">Hash of the present revision.</param>
    /// <param name="now">The time.</param>
    public static DaemonRollout Of(DaemonSetView set, IReadOnlyList<string> wanted, IReadOnlySet<string> known, Dictionary<string, List<DaemonPod>> pods, string hash, Present now)
    {
        var surge = set.MaxSurge.Of(wanted.Count, roundUp: true);
        var unavailable = set.MaxUnavailable.Of(wanted.Count, roundUp: true);
        if (wanted.Count > 0 && surge == 0 && unavailable == 0)
            unavailable = 1;
        var nodes = wanted.Union(pods.Keys).Select(n => Situation(set, n, pods.GetValueOrDefault(n), hash, now)).ToList();
        // The pods of a node that is gone are no business of an update.
        return surge == 0 ? Replace(nodes, unavailable) : Surge([.. nodes.Where(n => known.Contains(n.Name))], wanted.ToHashSet(), surge);
    }

    private static DaemonRollout Replace(List<NodeState> nodes, int maxUnavailable)
    {
        int unavailable = 0;
        List<DaemonPod> broken = [], candidates = [];
        foreach (var node in nodes)
            if (node.Confused || (node.Old is null) == (node.New is null))
                unavailable++;
            else if (node.Old is null)
                unavailable += node.NewAvailable ? 0 : 1;
            else if (node.OldAvailable)
                candidates.Add(node.Old);
            else
            {
                // It goes in any case, and is missing as long as its successor is not available.
                broken.Add(node.Old);
                unavailable++;
            }
        return new DaemonRollout([.. broken, .. candidates.Take(Math.Max(0, maxUnavailable - unavailable))], []);
    }

    private static DaemonRollout Surge(List<NodeState> nodes, HashSet<string> eligible, int maxSurge)
    {
        int surging = 0, available = 0;
        List<string> broken = [], candidates = [];
        List<DaemonPod> done = [], misplaced = [];
        foreach (var node in nodes)
        {
            if (node.Confused)
            {
                surging++;
                continue;
            }
            available += (node.Old is null ? node.NewAvailable : node.OldAvailable) ? 1 : 0;
            if (node.Old is null)
                continue;
            if (node.New is not null)
                if (node.NewAvailable)
                    done.Add(node.Old);
                else
                    surging++;
            else if (eligible.Contains(node.Name))
                (node.OldAvailable ? candidates : broken).Add(node.Name);
            else
                (node.OldAvailable ? misplaced : done).Add(node.Old);
        }
        var spare = Math.Max(0, available - eligible.Count);
        return new DaemonRollout([.. done, .. misplaced.Take(spare)], [.. broken, .. candidates.Take(Math.Max(0, maxSurge - surging))]);
    }

    private static NodeState Situation(DaemonSetView set, string name, List<DaemonPod>? there, string hash, Present now)
    {
        var present = (there ?? []).Where(p => !p.Pod.IsTerminating).ToLookup(p => p.IsUpdated(set, hash));
        var (fresh, old) = (present[true].ToList(), present[false].ToList());
        if (fresh.Count > 1 || old.Count > 1)
            return new NodeState(name, null, null, false, false, Confused: true);
        var (one, other) = (fresh.FirstOrDefault(), old.FirstOrDefault());
        return new NodeState(name, one, other,
            one?.Pod.IsAvailable(set.MinReadySeconds, now) == true, other?.Pod.IsAvailable(set.MinReadySeconds, now) == true, Confused: false);
    }

    // Confused: several pods of one kind; the node is put in order before it takes part.
    private sealed record NodeState(string Name, DaemonPod? New, DaemonPod? Old, bool NewAvailable, bool OldAvailable, bool Confused);
}
