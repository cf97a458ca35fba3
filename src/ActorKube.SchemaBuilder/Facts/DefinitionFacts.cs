using ActorKube.Api.Patching;
using ActorKube.Api.Schema;

namespace ActorKube.SchemaBuilder.Facts;

/// <summary>What the tables say about one definition.</summary>
/// <param name="package">First part of the definition's name, for example <c>io.k8s.api.core.v1</c>.</param>
/// <param name="name">Last part of the definition's name, for example <c>Pod</c>.</param>
internal sealed class DefinitionFacts(string package, string name)
{
    public string Package { get; } = package;
    public string Name { get; } = name;
    public string FullName => $"{Package}.{Name}";

    /// <summary>The class of <c>k8s.Models</c> that has its properties.</summary>
    public string TypeName { get; set; } = name;

    /// <summary>Set for a definition that has no properties: what JSON it accepts.</summary>
    public SchemaType? Scalar { get; set; }
    public string? Format { get; set; }
    public bool Atomic { get; set; }

    /// <summary>Group and version of a kind whose class does not say them, with a slash between; null for all others.</summary>
    public string? KindOf { get; set; }
    public Dictionary<string, PropertyFacts> Properties { get; } = [];
}

/// <summary>What the tables say about one property.</summary>
internal sealed class PropertyFacts(string name)
{
    public static readonly PropertyFacts Nothing = new("");

    public string Name { get; } = name;
    public bool Required { get; set; }

    /// <summary>A missing value is refused, not only documented as required.</summary>
    public bool Enforced { get; set; }
    public bool Immutable { get; set; }
    public bool DeclaredImmutable { get; set; }
    public bool Nullable { get; set; }

    /// <summary>The zero value (0, empty) is the same as none, and takes the default.</summary>
    public bool ZeroIsUnset { get; set; }
    public string? Default { get; set; }
    public string[] Enum { get; set; } = [];
    public ListType List { get; set; } = ListType.Unspecified;
    public string[] Keys { get; set; } = [];
    public bool Atomic { get; set; }
    public string? MergeKey { get; set; }
    public PatchStrategy Strategy { get; set; }

    /// <summary>Name of the definition where the class only says <c>object</c> or <c>DateTime</c>.</summary>
    public string? Reference { get; set; }
    public string? Format { get; set; }
}
