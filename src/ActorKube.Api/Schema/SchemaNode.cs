using System.Collections.Immutable;
using ActorKube.Api.Patching;

namespace ActorKube.Api.Schema;

/// <summary>
/// The schema of one value: of a whole object, or of one field, item or map value in it. Immutable and shared between readers; what a named
/// definition contains is loaded when it is first looked into, so recursive definitions cost nothing.
/// The facts of a use (list type, merge key, default …) stand on the node itself: following <see cref="Property"/>, <see cref="Items"/> and
/// <see cref="Values"/> is all that any consumer has to do.
/// </summary>
public sealed class SchemaNode : IPatchSchema
{
    /// <summary>What JSON is accepted.</summary>
    public required SchemaType Type { get; init; }

    /// <summary>OpenAPI format: <c>int32</c>, <c>int64</c>, <c>double</c>, <c>byte</c>, <c>date-time</c>, or any that a custom resource names.</summary>
    public string? Format { get; init; }

    /// <summary>Properties of a <see cref="SchemaType.Object"/>; for other types the named definition behind the node, if any.</summary>
    public SchemaObject? Definition { get; init; }

    /// <summary>Schema of the items of an array.</summary>
    public SchemaNode? Items { get; init; }

    /// <summary>Schema of the values of a map (<c>additionalProperties</c>).</summary>
    public SchemaNode? Values { get; init; }

    /// <summary>How server-side apply merges a list.</summary>
    public ListType ListType { get; init; } = ListType.Unspecified;

    /// <summary>Fields that identify an item when <see cref="ListType"/> is <see cref="ListType.Map"/>.</summary>
    public ImmutableArray<string> ListKeys { get; init; } = [];

    /// <summary>True when server-side apply treats an object or map as one value (<c>x-kubernetes-map-type: atomic</c>).</summary>
    public bool Atomic { get; init; }

    /// <summary>Field that identifies an item for strategic merge patch.</summary>
    public string? MergeKey { get; init; }

    /// <summary>What strategic merge patch does with the field.</summary>
    public PatchStrategy Strategy { get; init; }

    /// <summary>True when an explicit null is a value and stays.</summary>
    public bool Nullable { get; init; }

    /// <summary>True for an object whose unknown fields are kept (<c>x-kubernetes-preserve-unknown-fields</c>).</summary>
    public bool PreservesUnknown { get; init; }

    /// <summary>True for a field that holds a complete Kubernetes object (<c>x-kubernetes-embedded-resource</c>).</summary>
    public bool EmbeddedResource { get; init; }

    /// <summary>Value of a field that is absent.</summary>
    public SchemaDefault? Default { get; init; }

    /// <summary>True when 0 and the empty string count as absent: upstream cannot tell them apart in this field.</summary>
    public bool ZeroIsUnset { get; init; }

    /// <summary>The strings that are allowed; empty when any is.</summary>
    public ImmutableArray<string> Enum { get; init; } = [];

    /// <summary>Name of the definition, for example <c>io.k8s.api.apps.v1.Deployment</c>; null for an unnamed schema.</summary>
    public string? DefinitionName => Definition?.Name;

    /// <summary>Properties of an object, in order of their names; empty for other types.</summary>
    public ImmutableArray<SchemaProperty> Properties => Definition?.Properties ?? [];

    /// <summary>The schema under a key: of the property, or of every value of a map; null when the key is not known here.</summary>
    public SchemaNode? Property(string name) => Type switch
    {
        SchemaType.Object => Definition?.Find(name)?.Node,
        SchemaType.Map => Values,
        _ => null,
    };

    IPatchSchema? IPatchSchema.Items => Items;

    IPatchSchema? IPatchSchema.Property(string name) => Property(name);

    /// <summary>The schema at a path of property names and, for lists, <c>[]</c>: <c>spec</c>, <c>containers</c>, <c>[]</c>; null when there is none.</summary>
    public SchemaNode? At(params ReadOnlySpan<string> path)
    {
        SchemaNode? node = this;
        foreach (var step in path)
            node = step == "[]" ? node?.Items : node?.Property(step);
        return node;
    }
}
