using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ActorKube.Api.Schema.Passes;

/// <summary>
/// Where a value stands in its object, in the two notations of upstream's messages. Worked out from the tree itself, only when there is
/// something to report, so that walking a good object keeps no path.
/// </summary>
/// <param name="Field">Field errors: <c>spec.containers[0].image</c>, <c>metadata.labels[app]</c>.</param>
/// <param name="Json">The strict decoder: <c>spec.containers[0].image</c>, <c>metadata.labels.app</c>.</param>
/// <param name="Go">The decoder's type errors: innermost type and names of fields only, <c>Container.spec.containers.image</c>.</param>
internal readonly record struct SchemaLocation(string Field, string Json, string Go)
{
    /// <summary>The place of a node that is in the tree.</summary>
    public static SchemaLocation Of(SchemaNode root, JsonNode node) => Describe(root, Steps(node));

    /// <summary>The place of a key of an object, whatever is under it.</summary>
    public static SchemaLocation Of(SchemaNode root, JsonObject parent, string key)
    {
        var steps = Steps(parent);
        steps.Add(key);
        return Describe(root, steps);
    }

    private static List<object> Steps(JsonNode node)
    {
        var steps = new List<object>();
        for (var at = node; at.Parent is { } parent; at = parent)
            steps.Add(parent is JsonArray ? at.GetElementIndex() : at.GetPropertyName());
        steps.Reverse();
        return steps;
    }

    private static SchemaLocation Describe(SchemaNode root, List<object> steps)
    {
        StringBuilder field = new(), json = new(), go = new();
        var structure = "";
        SchemaNode? schema = root;
        foreach (var step in steps)
        {
            if (step is string name)
            {
                var isKey = schema?.Type == SchemaType.Map;
                json.Append(json.Length > 0 ? "." : "").Append(name);
                field.Append(isKey ? "[" : field.Length > 0 ? "." : "").Append(name).Append(isKey ? "]" : "");
                if (schema?.Type == SchemaType.Object)
                {
                    structure = GoNames.Structure(schema);
                    go.Append('.').Append(name);
                }
                schema = schema?.Property(name);
            }
            else
            {
                var index = ((int)step).ToString(CultureInfo.InvariantCulture);
                json.Append('[').Append(index).Append(']');
                field.Append('[').Append(index).Append(']');
                schema = schema?.Items;
            }
        }
        return new SchemaLocation(field.ToString(), json.ToString(), structure + go);
    }
}
