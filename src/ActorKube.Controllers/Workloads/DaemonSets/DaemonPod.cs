using System.Globalization;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.DaemonSets;

/// <summary>A pod of a daemon set and the node it is meant for.</summary>
internal sealed record DaemonPod(PodView Pod, string Node)
{
    public const string HashLabel = "controller-revision-hash";
    public const string GenerationLabel = "pod-template-generation";

    public string Name => Pod.Object.Key.Name;

    /// <summary>The pods by node: where they run or, before they are scheduled, where their affinity sends them. Finished pods that are on their way out are nobody's business any more.</summary>
    public static Dictionary<string, List<DaemonPod>> ByNode(IEnumerable<CachedObject> pods)
    {
        var nodes = new Dictionary<string, List<DaemonPod>>();
        foreach (var pod in pods.Select(p => p.As<PodView>()))
        {
            if ((pod.IsTerminal && pod.IsTerminating) || TargetOf(pod) is not { } node)
                continue;
            if (!nodes.TryGetValue(node, out var there))
                nodes.Add(node, there = []);
            there.Add(new DaemonPod(pod, node));
        }
        foreach (var there in nodes.Values)
            there.Sort(ByAge);
        return nodes;
    }

    /// <summary>Whether it is of the present template.</summary>
    public bool IsUpdated(DaemonSetView set, string hash)
    {
        var labels = Pod.Object.Head.Labels;
        return labels[HashLabel] == hash
            || (set.TemplateGeneration is { } generation && labels[GenerationLabel] == generation.ToString(CultureInfo.InvariantCulture));
    }

    // Scheduled before unscheduled, older before younger.
    private static int ByAge(DaemonPod a, DaemonPod b)
    {
        var order = (b.Pod.NodeName.Length > 0).CompareTo(a.Pod.NodeName.Length > 0);
        if (order == 0)
            order = Nullable.Compare(a.Pod.Object.Head.Created, b.Pod.Object.Head.Created);
        return order != 0 ? order : string.CompareOrdinal(a.Name, b.Name);
    }

    private static string? TargetOf(PodView pod)
    {
        if (pod.NodeName.Length > 0)
            return pod.NodeName;
        var terms = pod.Object.Edit().Items("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms");
        return terms.SelectMany(t => t.Items("matchFields"))
            .Where(f => f.Text("key") == "metadata.name" && f.Text("operator") == "In" && f.Items("values").Count() == 1)
            .Select(f => f.Items("values").Single().Text())
            .FirstOrDefault();
    }
}
