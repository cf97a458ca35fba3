using System.Collections.Frozen;

namespace ActorKube.ApiServer.Http.Endpoints;

/// <summary>Finds the endpoint of a path: the exact one, else the longest prefix.</summary>
internal sealed class EndpointTable
{
    private readonly FrozenDictionary<string, IEndpoint> _exact;
    private readonly (string Prefix, IEndpoint Endpoint)[] _prefixes;

    /// <exception cref="ArgumentException">Two endpoints claim one path.</exception>
    public EndpointTable(IEnumerable<IEndpoint> endpoints)
    {
        var claims = endpoints.SelectMany(e => e.Paths.Select(path => KeyValuePair.Create(path, e))).ToArray();
        if (claims.GroupBy(c => c.Key).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"The path {twice.Key} is claimed twice.", nameof(endpoints));
        _exact = claims.Where(c => !c.Key.EndsWith("/*", StringComparison.Ordinal)).ToFrozenDictionary();
        _prefixes = [.. claims
            .Where(c => c.Key.EndsWith("/*", StringComparison.Ordinal))
            .Select(c => (c.Key[..^1], c.Value))
            .OrderByDescending(c => c.Item1.Length)];
    }

    /// <summary>The paths that <c>GET /</c> lists.</summary>
    public IEnumerable<string> Paths => _exact.Keys.Order(StringComparer.Ordinal);

    /// <summary>The endpoint that answers <paramref name="path"/>, or null.</summary>
    public IEndpoint? Find(string path)
    {
        if (_exact.TryGetValue(path, out var endpoint))
            return endpoint;
        foreach (var (prefix, candidate) in _prefixes)
            if (path.StartsWith(prefix, StringComparison.Ordinal))
                return candidate;
        return path.Length > 1 && path.EndsWith('/') ? Find(path[..^1]) : null;
    }
}
