using ActorKube.Api.Schema;

namespace ActorKube.Api.OpenApi;

/// <summary>The named definitions that a document refers to, directly or not, ordered by name.</summary>
internal sealed class DefinitionSet
{
    private readonly SortedDictionary<string, SchemaNode> _nodes = new(StringComparer.Ordinal);

    /// <summary>One node of each definition.</summary>
    public IEnumerable<SchemaNode> Nodes => _nodes.Values;

    public void Add(SchemaNode? node)
    {
        if (node is null)
            return;
        Add(node.Items);
        Add(node.Values);
        if (node.DefinitionName is { } name && !_nodes.TryAdd(name, node))
            return;
        foreach (var property in node.Properties)
            Add(property.Node);
    }
}
