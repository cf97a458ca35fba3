namespace ActorKube.Machinery.Client.Http;

/// <summary>Where bearer tokens come from; they expire and are renewed while a program runs.</summary>
public interface ITokenSource
{
    /// <summary>The token to use now.</summary>
    /// <param name="refused">A token that the server did not accept: it is not to be given again if there is a newer one. Null for none.</param>
    /// <param name="cancel">Ends waiting.</param>
    ValueTask<string> GetAsync(string? refused, CancellationToken cancel);
}

/// <summary>A token that stays the same.</summary>
/// <param name="token">The token.</param>
public sealed class FixedToken(string token) : ITokenSource
{
    /// <inheritdoc/>
    public ValueTask<string> GetAsync(string? refused, CancellationToken cancel) => new(token);
}
