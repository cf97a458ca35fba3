using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Security.Nodes;

/// <summary>
/// What an agent may write into its Node object: its own, no pod ranges, no taints once it exists, and of Kubernetes' labels only those that agents report. Otherwise an agent
/// could steer workloads, or the traffic of others, to itself.
/// </summary>
internal static class NodeObjectRestriction
{
    private const string RestrictedNamespace = "node-restriction.kubernetes.io";

    private static readonly HashSet<string> AgentLabels =
    [
        "kubernetes.io/hostname", "kubernetes.io/arch", "kubernetes.io/os",
        "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type", "beta.kubernetes.io/os", "beta.kubernetes.io/arch",
        "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.kubernetes.io/region",
        "node.kubernetes.io/windows-build",
    ];

    private static readonly string[] AgentLabelNamespaces = ["kubelet.kubernetes.io", "node.kubernetes.io"];

    public static void Check(NodeWrite request, string node)
    {
        var (oldNode, newNode) = (request.Old, request.New);
        var name = request.Kind == NodeWriteKind.Create && request.Name.Length == 0 ? (string?)newNode?["metadata"]?["name"] ?? "" : request.Name;
        if (name != node)
            throw NodeRestriction.Refuse(request, $"node {GoText.Quote(node)} is not allowed to modify node {GoText.Quote(name)}");
        if (newNode is null)
            return;
        // Stricter than upstream, whose agents could but do not: the other nodes route to these ranges.
        if (!Ranges(newNode).SequenceEqual(Ranges(oldNode ?? [])))
            throw NodeRestriction.Refuse(request, $"node {GoText.Quote(node)} is not allowed to set pod ranges");
        var forbidden = Changed(oldNode, newNode).Where(IsForbidden).Order(StringComparer.Ordinal).ToArray();
        if (oldNode is null)
        {
            if (newNode["spec"]?["configSource"] is not null)
                throw NodeRestriction.Refuse(request, $"node {GoText.Quote(node)} is not allowed to create pods with a non-nil configSource");
            if (forbidden.Length > 0)
                throw NodeRestriction.Refuse(request, $"node {GoText.Quote(node)} is not allowed to set the following labels: {string.Join(", ", forbidden)}");
            return;
        }
        if (newNode["spec"]?["configSource"] is { } source && !JsonNode.DeepEquals(source, oldNode["spec"]?["configSource"]))
            throw NodeRestriction.Refuse(request, $"node {GoText.Quote(node)} is not allowed to update configSource to a new non-nil configSource");
        if (!JsonNode.DeepEquals(Taints(newNode), Taints(oldNode)))
            throw NodeRestriction.Refuse(request, $"node {GoText.Quote(node)} is not allowed to modify taints");
        // Whoever has an owner that is gone is collected, which would be a deletion by the agent, and its successor would begin with labels of the agent's choice.
        if (!JsonNode.DeepEquals(newNode["metadata"]?["ownerReferences"], oldNode["metadata"]?["ownerReferences"]))
            throw NodeRestriction.Refuse(request, $"node {GoText.Quote(node)} is not allowed to modify ownerReferences");
        if (forbidden.Length > 0)
            throw NodeRestriction.Refuse(request, $"is not allowed to modify labels: {string.Join(", ", forbidden)}");
    }

    private static IEnumerable<string?> Ranges(JsonObject node) => [(string?)node["spec"]?["podCIDR"] ?? "", .. (node["spec"]?["podCIDRs"] as JsonArray ?? []).Select(r => (string?)r)];

    private static JsonArray? Taints(JsonObject node) => node["spec"]?["taints"] is JsonArray { Count: > 0 } taints ? taints : null;

    private static IEnumerable<string> Changed(JsonObject? before, JsonObject after)
    {
        var (old, now) = (before?["metadata"]?["labels"] as JsonObject ?? [], after["metadata"]?["labels"] as JsonObject ?? []);
        return now.Where(l => !JsonNode.DeepEquals(old[l.Key], l.Value)).Select(l => l.Key).Concat(old.Select(l => l.Key).Where(k => !now.ContainsKey(k)));
    }

    private static bool IsForbidden(string label)
    {
        var slash = label.IndexOf('/', StringComparison.Ordinal);
        var ns = slash < 0 ? "" : label[..slash];
        if (IsIn(ns, RestrictedNamespace))
            return true;
        var isKubernetes = IsIn(ns, "kubernetes.io") || IsIn(ns, "k8s.io");
        return isKubernetes && !AgentLabels.Contains(label) && !Array.Exists(AgentLabelNamespaces, n => IsIn(ns, n));
    }

    private static bool IsIn(string ns, string parent) => ns == parent || ns.EndsWith("." + parent, StringComparison.Ordinal);
}
