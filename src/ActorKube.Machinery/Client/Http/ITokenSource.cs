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

/// <summary>A token in a file that somebody else keeps current, as the agent does in pods. Read at most once a minute, and again when the server refuses it.</summary>
/// <param name="path">The file.</param>
/// <param name="time">The clock.</param>
public sealed class TokenFile(string path, TimeProvider time) : ITokenSource
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private volatile Entry? _last;

    /// <inheritdoc/>
    public async ValueTask<string> GetAsync(string? refused, CancellationToken cancel)
    {
        var now = time.GetTimestamp();
        if (_last is { } last && last.Token != refused && time.GetElapsedTime(last.Read, now) < Interval)
            return last.Token;
        var token = (await File.ReadAllTextAsync(path, cancel)).Trim();
        _last = new Entry(token, now);
        return token;
    }

    private sealed record Entry(string Token, long Read);
}
