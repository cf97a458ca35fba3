namespace ActorKube.Api.Schema.Passes;

/// <summary>What happens to fields that the schema does not know, and to duplicated ones (query parameter <c>fieldValidation</c>). They are dropped in any case.</summary>
public enum FieldValidation
{
    /// <summary>Nothing is said.</summary>
    Ignore,
    /// <summary>Each earns a warning; the default of the API.</summary>
    Warn,
    /// <summary>The request is refused.</summary>
    Strict,
}
