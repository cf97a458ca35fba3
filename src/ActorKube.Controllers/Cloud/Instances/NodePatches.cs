using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ActorKube.Controllers.Nodes;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Cloud.Instances;

/// <summary>What is written to a node about its machine.</summary>
internal static partial class NodePatches
{
    // Old name, new name: both are set, and the old one counts where they differ.
    private static readonly (string Old, string New)[] Renamed =
    [
        ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
        ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
        ("beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"),
    ];

    /// <summary>Everything a node waits for: its provider id, its labels, and the taint off. Holds for the node as it was seen.</summary>
    public static PatchStep Initialize(CloudNode node, InstanceMetadata metadata)
    {
        var labels = new JsonObject();
        foreach (var ((old, current), value) in Renamed.Zip([metadata.Zone, metadata.Region, metadata.InstanceType]))
            if (value.Length > 0)
                (labels[old], labels[current]) = (value, value);
        foreach (var (name, value) in Missing(node, metadata.Labels))
            labels[name] = value;
        var spec = new JsonObject { ["taints"] = NodeTaints.Json(node.Taints.Where(t => t.Key != CloudNode.UninitializedTaint)) };
        if (node.ProviderId.Length == 0)
            spec["providerID"] = metadata.ProviderId;
        return new PatchStep(ObjectAddress.Of(WellKnownResources.Nodes, node.Object.Key), PatchType.Merge, new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = node.Object.Revision.ToString(), ["labels"] = labels },
            ["spec"] = spec,
        }.Encode());
    }

    /// <summary>Replaces the addresses.</summary>
    public static PatchStep Addresses(CloudNode node, ImmutableArray<NodeAddress> addresses) =>
        new(ObjectAddress.Of(WellKnownResources.Nodes, node.Object.Key, "status"), PatchType.Merge, new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = node.Uid },
            ["status"] = new JsonObject { ["addresses"] = new JsonArray([.. addresses.Select(a => new JsonObject { ["type"] = a.Type, ["address"] = a.Address })]) },
        }.Encode());

    /// <summary>Sets labels.</summary>
    public static PatchStep Labels(CloudNode node, IReadOnlyDictionary<string, string> labels) =>
        new(ObjectAddress.Of(WellKnownResources.Nodes, node.Object.Key), PatchType.Merge, new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = node.Uid, ["labels"] = new JsonObject(labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))) },
        }.Encode());

    /// <summary>The labels among some that the node does not have, but for those in Kubernetes' own namespaces that no cloud may set. What is there already is not the cloud's to change.</summary>
    public static ImmutableDictionary<string, string> Missing(CloudNode node, ImmutableDictionary<string, string> labels) =>
        labels.Where(l => node.Labels[l.Key] is null && !KubernetesNamespace().IsMatch(l.Key)).ToImmutableDictionary();

    /// <summary>The labels of new names that follow from old ones and are not so.</summary>
    public static ImmutableDictionary<string, string> Renewed(CloudNode node) =>
        Renamed.Where(l => node.Labels[l.Old] is { } value && node.Labels[l.New] != value).ToImmutableDictionary(l => l.New, l => node.Labels[l.Old]!);

    [GeneratedRegex(@"(^|\.)(kubernetes|k8s)\.io/", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex KubernetesNamespace();
}
