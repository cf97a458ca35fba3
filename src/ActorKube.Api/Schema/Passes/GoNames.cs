namespace ActorKube.Api.Schema.Passes;

/// <summary>The names that upstream's decoder gives to types in its messages, which people search for.</summary>
internal static class GoNames
{
    /// <summary><c>Container</c> of <c>io.k8s.api.core.v1.Container</c>.</summary>
    public static string Structure(SchemaNode node) => node.DefinitionName is { } name ? name[(name.LastIndexOf('.') + 1)..] : "";

    /// <summary>The Go type behind a schema: <c>int32</c>, <c>[]v1.Container</c>, <c>map[string]string</c>.</summary>
    public static string Type(SchemaNode node) => node.Type switch
    {
        SchemaType.Integer => node.Format ?? "int64",
        SchemaType.Number => "float64",
        SchemaType.Boolean => "bool",
        SchemaType.String when node.Format == "byte" => "[]uint8",
        SchemaType.String when node.Definition is not null => Qualified(node),
        SchemaType.String => "string",
        SchemaType.Array => "[]" + Type(node.Items!),
        SchemaType.Map => "map[string]" + Type(node.Values!),
        SchemaType.Object or SchemaType.AnyObject or SchemaType.IntOrString or SchemaType.Quantity => Qualified(node),
        SchemaType.Any => "interface {}",
        _ => throw new InvalidOperationException($"There is no schema type {node.Type}."),
    };

    /// <summary><c>v1.Container</c>: the last package and the name.</summary>
    private static string Qualified(SchemaNode node)
    {
        if (node.DefinitionName is not { } name)
            return "struct {}";
        var last = name.LastIndexOf('.');
        return name[(name.LastIndexOf('.', last - 1) + 1)..];
    }
}
