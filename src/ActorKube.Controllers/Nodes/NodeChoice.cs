using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Nodes;

/// <summary>The nodes that a pod allows: <c>nodeSelector</c> and the required terms of its node affinity.</summary>
/// <param name="Selector">Labels a node has to have.</param>
/// <param name="Required">Terms of which one has to match; null when there is no such condition.</param>
internal sealed record NodeChoice(Labels Selector, NodeSelectorTerm[]? Required)
{
    public static NodeChoice Read(JsonNode? podSpec) =>
        new(Labels.From(podSpec.Strings("nodeSelector")), NodeTerms.Read(podSpec.At("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")));

    public bool Allows(StoredObject node) =>
        Selector.All(l => node.Head.Labels[l.Key] == l.Value)
        && (Required is null || Required.Any(t => t.Matches(node.Key.Name, node.Head.Labels)));
}
