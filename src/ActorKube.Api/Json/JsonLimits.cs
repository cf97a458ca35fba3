namespace ActorKube.Api.Json;

/// <summary>What a request body may cost. All limits are checked while reading, before memory has been spent.</summary>
/// <param name="MaxBytes">Largest body in bytes.</param>
/// <param name="MaxDepth">Deepest nesting of objects and arrays; bounds the recursion of everything that walks the tree afterwards.</param>
/// <param name="MaxNodes">Most values (scalars, objects and arrays together); a body of <c>[],[],…</c> costs some fifty bytes of heap for each three of its own.</param>
public sealed record JsonLimits(int MaxBytes, int MaxDepth, int MaxNodes)
{
    /// <summary>Upstream's 3 MiB, and depth and number far above what any real object has.</summary>
    public static readonly JsonLimits Default = new(3 * 1024 * 1024, 500, 500_000);

    /// <summary>For what the store holds: it was within limits when it came in, and may have been completed since.</summary>
    public static readonly JsonLimits Stored = new(int.MaxValue, 2 * Default.MaxDepth, int.MaxValue);
}
