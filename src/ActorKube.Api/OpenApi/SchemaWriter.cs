using System.Collections.Immutable;
using System.Text.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Patching;
using ActorKube.Api.Schema;
using ActorKube.Api.Schema.Image;

namespace ActorKube.Api.OpenApi;

/// <summary>Writes schemas as OpenAPI 2.0 or 3.0 has them, with Kubernetes' extensions.</summary>
/// <param name="json">Where to.</param>
/// <param name="descriptions">The texts of built-in definitions.</param>
/// <param name="v3">True for version 3: references live elsewhere, have no siblings, and defaults are published.</param>
internal sealed class SchemaWriter(Utf8JsonWriter json, SchemaDescriptions descriptions, bool v3)
{
    private readonly string _definitions = v3 ? "#/components/schemas/" : "#/definitions/";

    /// <summary>Writes the object that defines a named schema.</summary>
    public void Definition(SchemaNode node, IEnumerable<GroupVersionKind> kinds)
    {
        var definition = node.Definition!;
        json.WriteStartObject();
        Text("description", descriptions[definition.Description]);
        if (node.Type == SchemaType.Object)
            Properties(node);
        else
            Type(node);
        if (definition.Atomic)
            json.WriteString("x-kubernetes-map-type", "atomic");
        Kinds(kinds);
        json.WriteEndObject();
    }

    /// <summary>Writes a reference to a named schema.</summary>
    public void Reference(string name)
    {
        json.WriteStartObject();
        json.WriteString("$ref", _definitions + name);
        json.WriteEndObject();
    }

    private void Node(SchemaNode node, string description)
    {
        json.WriteStartObject();
        Text("description", description);
        if (v3 && node.Default is { } value)
        {
            json.WritePropertyName("default");
            json.WriteRawValue(value.Json);
        }
        if (node.DefinitionName is { } name)
            Use(name, alone: description.Length == 0 && node.Default is null);
        else
            Inline(node);
        Strings("enum", node.Enum);
        Extensions(node);
        json.WriteEndObject();
    }

    /// <summary>In version 3 whatever stands beside a reference is ignored, so it has to be one part of a whole.</summary>
    private void Use(string name, bool alone)
    {
        if (!v3 || alone)
        {
            json.WriteString("$ref", _definitions + name);
            return;
        }
        json.WriteStartArray("allOf");
        Reference(name);
        json.WriteEndArray();
    }

    private void Inline(SchemaNode node)
    {
        switch (node.Type)
        {
            case SchemaType.Object:
                Properties(node);
                break;
            case SchemaType.Array:
                json.WriteString("type", "array");
                json.WritePropertyName("items");
                Node(node.Items!, "");
                break;
            case SchemaType.Map:
                json.WriteString("type", "object");
                json.WritePropertyName("additionalProperties");
                Node(node.Values!, "");
                break;
            default:
                Type(node);
                break;
        }
    }

    private void Properties(SchemaNode node)
    {
        json.WriteString("type", "object");
        Strings("required", [.. node.Properties.Where(p => p.Required).Select(p => p.Name)]);
        if (node.Properties.Length == 0)
            return;
        json.WriteStartObject("properties");
        foreach (var property in node.Properties)
        {
            json.WritePropertyName(property.Name);
            Node(property.Node, descriptions[property.Description]);
        }
        json.WriteEndObject();
    }

    private void Type(SchemaNode node)
    {
        switch (node.Type)
        {
            case SchemaType.Any:
                break;
            case SchemaType.AnyObject:
                json.WriteString("type", "object");
                break;
            case SchemaType.Quantity:
                Either("string", "number");
                break;
            case SchemaType.IntOrString:
                json.WriteString("format", "int-or-string");
                Either("integer", "string");
                break;
            case SchemaType.String or SchemaType.Integer or SchemaType.Number or SchemaType.Boolean:
                Text("format", node.Format ?? "");
                json.WriteString("type", TypeName(node.Type));
                break;
            default:
                throw new InvalidOperationException($"{node.Type} is not a scalar.");
        }
    }

    /// <summary>A value of one of two types; version 2 has no such thing and calls it a string.</summary>
    private void Either(string one, string other)
    {
        if (!v3)
        {
            json.WriteString("type", "string");
            return;
        }
        json.WriteStartArray("oneOf");
        foreach (var type in (ReadOnlySpan<string>)[one, other])
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void Extensions(SchemaNode node)
    {
        Strings("x-kubernetes-list-map-keys", node.ListKeys);
        if (node.ListType != ListType.Unspecified)
            json.WriteString("x-kubernetes-list-type", node.ListType switch
            {
                ListType.Atomic => "atomic",
                ListType.Set => "set",
                ListType.Map => "map",
                _ => throw new InvalidOperationException($"There is no list type {node.ListType}."),
            });
        if (node.Atomic && node.Definition is not { Atomic: true })
            json.WriteString("x-kubernetes-map-type", "atomic");
        if (node.MergeKey is { } key)
            json.WriteString("x-kubernetes-patch-merge-key", key);
        if (node.Strategy != PatchStrategy.None)
            json.WriteString("x-kubernetes-patch-strategy", string.Join(',', Strategies(node.Strategy)));
        if (node.PreservesUnknown)
            json.WriteBoolean("x-kubernetes-preserve-unknown-fields", true);
        if (node.EmbeddedResource)
            json.WriteBoolean("x-kubernetes-embedded-resource", true);
    }

    private static IEnumerable<string> Strategies(PatchStrategy strategy)
    {
        if (strategy.HasFlag(PatchStrategy.Merge))
            yield return "merge";
        if (strategy.HasFlag(PatchStrategy.Replace))
            yield return "replace";
        if (strategy.HasFlag(PatchStrategy.RetainKeys))
            yield return "retainKeys";
    }

    private void Kinds(IEnumerable<GroupVersionKind> kinds)
    {
        var open = false;
        foreach (var kind in kinds)
        {
            if (!open)
                json.WriteStartArray("x-kubernetes-group-version-kind");
            open = true;
            KindObject(json, kind);
        }
        if (open)
            json.WriteEndArray();
    }

    /// <summary>Writes the object that names a kind.</summary>
    public static void KindObject(Utf8JsonWriter json, GroupVersionKind kind)
    {
        json.WriteStartObject();
        json.WriteString("group", kind.Group);
        json.WriteString("kind", kind.Kind);
        json.WriteString("version", kind.Version);
        json.WriteEndObject();
    }

    private void Text(string name, string value)
    {
        if (value.Length > 0)
            json.WriteString(name, value);
    }

    private void Strings(string name, ImmutableArray<string> values)
    {
        if (values.IsEmpty)
            return;
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static string TypeName(SchemaType type) => type switch
    {
        SchemaType.String => "string",
        SchemaType.Integer => "integer",
        SchemaType.Number => "number",
        SchemaType.Boolean => "boolean",
        _ => throw new InvalidOperationException($"{type} has no type name of its own."),
    };
}
