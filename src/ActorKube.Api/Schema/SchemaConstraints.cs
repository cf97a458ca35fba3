namespace ActorKube.Api.Schema;

/// <summary>
/// The value validations of a JSON schema that only custom resources use. Built-in kinds are validated by code, as upstream does; their nodes
/// have none. Null means: not limited.
/// </summary>
public sealed record SchemaConstraints
{
    /// <summary>Regular expression that a string has to contain a match of (<c>pattern</c>).</summary>
    public string? Pattern { get; init; }

    /// <summary>Fewest characters of a string.</summary>
    public long? MinLength { get; init; }

    /// <summary>Most characters of a string.</summary>
    public long? MaxLength { get; init; }

    /// <summary>Smallest number.</summary>
    public double? Minimum { get; init; }

    /// <summary>Greatest number.</summary>
    public double? Maximum { get; init; }

    /// <summary>True when <see cref="Minimum"/> itself is too small.</summary>
    public bool ExclusiveMinimum { get; init; }

    /// <summary>True when <see cref="Maximum"/> itself is too great.</summary>
    public bool ExclusiveMaximum { get; init; }

    /// <summary>Numbers have to be a multiple of this.</summary>
    public double? MultipleOf { get; init; }

    /// <summary>Fewest items of a list.</summary>
    public long? MinItems { get; init; }

    /// <summary>Most items of a list.</summary>
    public long? MaxItems { get; init; }

    /// <summary>Fewest properties of an object or map.</summary>
    public long? MinProperties { get; init; }

    /// <summary>Most properties of an object or map.</summary>
    public long? MaxProperties { get; init; }
}
