namespace ActorKube.Api.Schema;

/// <summary>One property of an object schema.</summary>
/// <param name="Name">The JSON key.</param>
/// <param name="Node">Schema of the value.</param>
public sealed record SchemaProperty(string Name, SchemaNode Node)
{
    /// <summary>Listed under <c>required</c> in published schemas.</summary>
    public bool Required { get; init; }

    /// <summary>An object without it is refused. Upstream documents many fields of built-in kinds as required that it lets pass when they are missing.</summary>
    public bool Enforced { get; init; }

    /// <summary>May not change after creation.</summary>
    public bool Immutable { get; init; }

    /// <summary>May not change after creation by a declaration of upstream's, which does not show what it should have become.</summary>
    public bool DeclaredImmutable { get; init; }

    /// <summary>Number of the description in its image; -1 when there is none.</summary>
    internal int Description { get; init; } = -1;
}
