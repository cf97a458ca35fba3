using ActorKube.Api.Patching;
using ActorKube.Api.Schema;

namespace ActorKube.SchemaBuilder.Model;

/// <summary>One schema node about to be written. Equal nodes are written once.</summary>
internal sealed record ModelNode(SchemaType Type)
{
    public string? Format { get; init; }

    /// <summary>Index of the definition it refers to, or -1.</summary>
    public int Definition { get; init; } = -1;
    public ModelNode? Items { get; init; }
    public ModelNode? Values { get; init; }
    public ListType List { get; init; } = ListType.Unspecified;
    public PatchStrategy Strategy { get; init; }
    public bool Nullable { get; init; }
    public bool Atomic { get; init; }
    public bool ZeroIsUnset { get; init; }
    public string? MergeKey { get; init; }
    public string? Default { get; init; }

    /// <summary>Comma-separated, so that records compare by value.</summary>
    public string Keys { get; init; } = "";

    /// <summary>Comma-separated, so that records compare by value.</summary>
    public string Enum { get; init; } = "";
}

/// <summary>One property about to be written.</summary>
internal sealed record ModelProperty(string Name, ModelNode Node, bool Required, bool Enforced, bool Immutable, bool DeclaredImmutable, string Description);

/// <summary>A group, version and kind that a definition is the root of.</summary>
internal sealed record ModelKind(string Group, string Version, string Kind);

/// <summary>One definition about to be written.</summary>
internal sealed record ModelDefinition(string Name, ModelNode Node, IReadOnlyList<ModelProperty> Properties, ModelKind? Kind, string Description);
