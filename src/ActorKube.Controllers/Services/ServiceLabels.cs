using System.Globalization;

namespace ActorKube.Controllers.Services;

/// <summary>Labels and annotations of endpoints and slices.</summary>
internal static class ServiceLabels
{
    public const string ServiceName = "kubernetes.io/service-name";
    public const string ManagedBy = "endpointslice.kubernetes.io/managed-by";
    public const string SkipMirror = "endpointslice.kubernetes.io/skip-mirror";
    public const string Headless = "service.kubernetes.io/headless";
    public const string OverCapacity = "endpoints.kubernetes.io/over-capacity";
    public const string TriggerTime = "endpoints.kubernetes.io/last-change-trigger-time";

    /// <summary>Whether a label is set by the controllers and never taken over from the service.</summary>
    public static bool IsReserved(string label) => label is ServiceName or ManagedBy or Headless;

    /// <summary>A time as the trigger annotation has it: UTC, the fraction without trailing zeros.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
