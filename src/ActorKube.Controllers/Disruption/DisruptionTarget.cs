using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Disruption;

/// <summary>Condition <c>DisruptionTarget</c> of pods, as an entry of a strategic merge patch (upstream: <c>UpdatePodCondition</c>).</summary>
internal static class DisruptionTarget
{
    /// <summary>Announces a disruption; null when the pod says so already.</summary>
    /// <param name="pod">The pod as it is known.</param>
    /// <param name="reason">Why, in one word.</param>
    /// <param name="message">Why, in a sentence.</param>
    /// <param name="now">The time.</param>
    public static JsonObject? Announced(StoredObject pod, string reason, string message, DateTimeOffset now)
    {
        var known = Known(pod);
        return IsTrue(known) && known.Text("reason") == reason && known.Text("message") == message && known.Number("observedGeneration") == pod.Head.Generation
            ? null
            : Condition(pod, "True", reason, message, IsTrue(known) && known.Time("lastTransitionTime") is { } since ? since : now);
    }

    /// <summary>Takes an announcement back.</summary>
    public static JsonObject Recalled(StoredObject pod, DateTimeOffset now) => Condition(pod, "False", null, null, now);

    private static JsonNode? Known(StoredObject pod) => pod.Edit().Items("status", "conditions").FirstOrDefault(static c => c.Text("type") == nameof(DisruptionTarget));

    private static bool IsTrue(JsonNode? condition) => condition.Text("status") == "True";

    private static JsonObject Condition(StoredObject pod, string status, string? reason, string? message, DateTimeOffset since) => new()
    {
        ["type"] = nameof(DisruptionTarget),
        ["observedGeneration"] = pod.Head.Generation,
        ["status"] = status,
        ["lastTransitionTime"] = JsonWriting.Time(since),
        ["reason"] = reason,
        ["message"] = message,
    };
}
