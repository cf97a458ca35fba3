using System.Globalization;
using ActorKube.Api.Names;

namespace ActorKube.Machinery.Objects;

/// <summary>What is noted about tokens of service accounts that are kept in Secrets. The names are upstream's.</summary>
public static class LegacyTokens
{
    /// <summary>Label of a Secret: the day on which its token was last used.</summary>
    public const string LastUsedLabel = "kubernetes.io/legacy-token-last-used";

    /// <summary>Label of a Secret: the day from which on its token is refused.</summary>
    public const string InvalidSinceLabel = "kubernetes.io/legacy-token-invalid-since";

    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>The day of a moment, in UTC.</summary>
    public static string DayOf(DateTimeOffset time) => time.UtcDateTime.ToString(DayFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads a day; null for what is none.</summary>
    public static DateTimeOffset? ParseDay(string? text) =>
        DateTimeOffset.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    /// <summary>The ConfigMap whose <c>since</c> says from which day on uses are noted.</summary>
    public static ObjectKey Tracking { get; } = new("kube-system", "kube-apiserver-legacy-service-account-token-tracking");
}
