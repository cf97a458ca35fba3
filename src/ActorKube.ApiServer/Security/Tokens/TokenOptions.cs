using System.Collections.Immutable;

namespace ActorKube.ApiServer.Security.Tokens;

/// <summary>Service account tokens (HOCON <c>actorkube.security.service-accounts</c>).</summary>
public sealed record TokenOptions
{
    /// <summary>The <c>iss</c> of tokens; also where their discovery document is found.</summary>
    public string Issuer { get; init; } = "https://kubernetes.default.svc.cluster.local";

    /// <summary>Audiences that the API server stands for; also those of tokens that ask for none.</summary>
    public ImmutableArray<string> ApiAudiences { get; init; } = ["https://kubernetes.default.svc.cluster.local"];

    /// <summary>Longest life a token is given; zero for no limit but the API's own of 2^32 seconds.</summary>
    public TimeSpan MaxExpiration { get; init; }

    /// <summary>How many verified tokens this process remembers.</summary>
    public int CacheSlots { get; init; } = 4096;
}
