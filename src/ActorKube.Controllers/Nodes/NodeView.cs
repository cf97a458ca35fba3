using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Nodes;

/// <summary>A taint of a node.</summary>
internal sealed record Taint(string Key, string Value, string Effect, DateTimeOffset? Added = null)
{
    public const string NoExecute = "NoExecute";
    public const string NoSchedule = "NoSchedule";

    public bool Is(Taint other) => Key == other.Key && Effect == other.Effect;

    /// <summary>The taints of a node.</summary>
    public static ImmutableArray<Taint> AllOf(JsonNode node) =>
        [.. node.Items("spec", "taints").Select(t => new Taint(t.Text("key"), t.Text("value"), t.Text("effect"), t.Time("timeAdded")))];
}

/// <summary>What controllers need of a node, without its images and volumes.</summary>
internal sealed class NodeView : IObjectView<NodeView>
{
    public required StoredObject Object { get; init; }

    public required ImmutableArray<Taint> Taints { get; init; }

    public required bool Unschedulable { get; init; }

    public required ImmutableArray<string> PodCidrs { get; init; }

    /// <summary>Status of each condition, by type.</summary>
    public required ImmutableDictionary<string, string> Conditions { get; init; }

    public required string Zone { get; init; }

    /// <summary>When condition Ready changed last; the node's creation when it has none.</summary>
    public required DateTimeOffset NotReadySince { get; init; }

    public bool IsReady => StatusOf("Ready") == "True";

    public static NodeView Project(StoredObject item)
    {
        var json = item.Edit();
        return new NodeView
        {
            Object = item,
            Taints = Taint.AllOf(json),
            Unschedulable = json.Flag("spec", "unschedulable"),
            PodCidrs = [.. json.Items("spec", "podCIDRs").Select(c => c.Text())],
            Conditions = json.Items("status", "conditions")
                .DistinctBy(c => c.Text("type"))
                .ToImmutableDictionary(c => c.Text("type"), c => c.Text("status")),
            NotReadySince = json.Items("status", "conditions").FirstOrDefault(c => c.Text("type") == "Ready").Time("lastTransitionTime") ?? item.Head.Created ?? default,
            Zone = $"{item.Head.Labels["topology.kubernetes.io/region"]}:\0:{item.Head.Labels["topology.kubernetes.io/zone"]}",
        };
    }

    /// <summary>Whether conditions, taints and zone are the same, and so is what is to be done about the node.</summary>
    public bool IsJudgedLike(NodeView other) =>
        Object.Head.Uid == other.Object.Head.Uid && (Unschedulable, NotReadySince, Zone) == (other.Unschedulable, other.NotReadySince, other.Zone)
        && Taints.SequenceEqual(other.Taints) && Conditions.Count == other.Conditions.Count && Conditions.All(c => other.StatusOf(c.Key) == c.Value);

    /// <summary>Status of a condition; empty when the node does not have it.</summary>
    public string StatusOf(string condition) => Conditions.GetValueOrDefault(condition, "");
}
