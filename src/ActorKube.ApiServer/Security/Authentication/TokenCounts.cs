using System.Globalization;
using ActorKube.ApiServer.Http.Endpoints;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>How often tokens out of Secrets were used, under upstream's names (<c>pkg/serviceaccount/metrics.go</c>).</summary>
internal sealed class TokenCounts : IMetricsSource
{
    private long _automatic;
    private long _manual;
    private long _invalid;

    /// <summary>A token was used.</summary>
    /// <param name="automatic">Whether it was made for its account by itself.</param>
    public void Used(bool automatic) => Interlocked.Increment(ref automatic ? ref _automatic : ref _manual);

    /// <summary>A token was used that is marked invalid.</summary>
    public void Refused() => Interlocked.Increment(ref _invalid);

    /// <inheritdoc/>
    public string Text() => string.Create(CultureInfo.InvariantCulture, $"""
        # HELP serviceaccount_invalid_legacy_auto_token_uses_total Uses of service account tokens that are marked invalid.
        # TYPE serviceaccount_invalid_legacy_auto_token_uses_total counter
        serviceaccount_invalid_legacy_auto_token_uses_total {Interlocked.Read(ref _invalid)}
        # HELP serviceaccount_legacy_auto_token_uses_total Uses of service account tokens that were made for accounts by themselves.
        # TYPE serviceaccount_legacy_auto_token_uses_total counter
        serviceaccount_legacy_auto_token_uses_total {Interlocked.Read(ref _automatic)}
        # HELP serviceaccount_legacy_manual_token_uses_total Uses of service account tokens in Secrets that somebody asked for.
        # TYPE serviceaccount_legacy_manual_token_uses_total counter
        serviceaccount_legacy_manual_token_uses_total {Interlocked.Read(ref _manual)}

        """);
}
