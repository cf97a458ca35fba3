using ActorKube.Api.Names;

namespace ActorKube.Machinery.Objects;

/// <summary>What is noted about tokens of service accounts that are kept in Secrets. The names are upstream's.</summary>
public static class LegacyTokens
{
    /// <summary>Label of a Secret: the day on which its token was last used.</summary>
    public const string LastUsedLabel = "kubernetes.io/legacy-token-last-used";

    /// <summary>Label of a Secret: the day from which on its token is refused.</summary>
    public const string InvalidSinceLabel = "kubernetes.io/legacy-token-invalid-since";

    /// <summary>How days are written.</summary>
    public const string DayFormat = "yyyy-MM-dd";

    /// <summary>The ConfigMap whose <c>since</c> says from which day on uses are noted.</summary>
    public static ObjectKey Tracking { get; } = new("kube-system", "kube-apiserver-legacy-service-account-token-tracking");
}
