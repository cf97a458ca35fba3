using System.Collections.Immutable;
using ActorKube.Api.Errors;

namespace ActorKube.Api.Schema.Passes;

/// <summary>How reading an object against its schema ended.</summary>
/// <param name="Warnings">One text for each <c>Warning</c> header, for example <c>unknown field "spec.foo"</c>.</param>
/// <param name="Error">400 <c>BadRequest</c> when the object cannot be read as its kind; null when it can.</param>
public sealed record SchemaDecodeResult(ImmutableArray<string> Warnings, ApiException? Error)
{
    /// <summary>Nothing to say.</summary>
    public static SchemaDecodeResult Clean { get; } = new([], null);
}
