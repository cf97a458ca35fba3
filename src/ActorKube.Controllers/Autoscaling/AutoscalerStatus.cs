using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>
/// The status of an autoscaler while it is being worked out. Conditions follow upstream's rule for this kind: reason and message always change, the time with the status only; that is the stored
/// status, so that what is said on the way does not count.
/// </summary>
/// <param name="stored">The status as it is stored.</param>
/// <param name="generation">That of the spec it is about; 0 for one that was stored before they were counted.</param>
/// <param name="now">The time.</param>
internal sealed class AutoscalerStatus(JsonObject stored, long generation, DateTimeOffset now)
{
    public const string AbleToScale = "AbleToScale";
    public const string ScalingActive = "ScalingActive";
    public const string ScalingLimited = "ScalingLimited";
    public const string ScaledToZero = "ScaledToZero";

    private readonly JsonObject _status = (JsonObject)stored.DeepClone();
    private readonly ImmutableArray<Condition> _known = Condition.Read(stored);
    private ImmutableArray<Condition> _conditions = Condition.Read(stored);

    /// <summary>Whether the target has no replicas because the controller said so.</summary>
    public bool IsScaledToZero => _known.Find(ScaledToZero)?.Status == "True";

    public void Set(string type, bool isTrue, string reason, string message)
    {
        var known = _known.Find(type);
        var status = isTrue ? "True" : "False";
        var condition = new Condition(type, status, reason, message, known?.Status == status ? known.LastTransition : now);
        _conditions = _conditions.InPlace(condition);
    }

    public void Set(string type, bool isTrue, Why why) => Set(type, isTrue, why.Reason, why.Message);

    /// <summary>What there is and what is wanted.</summary>
    public void SetReplicas(int current, int desired)
    {
        _status["currentReplicas"] = current;
        _status["desiredReplicas"] = desired;
    }

    /// <summary>What there is, when what is wanted could not be found out.</summary>
    public void SetCurrent(int current) => SetReplicas(current, _status.Int("desiredReplicas") ?? 0);

    public void SetMetrics(IEnumerable<JsonObject> metrics)
    {
        var current = new JsonArray([.. metrics]);
        if (current.Count > 0)
            _status["currentMetrics"] = current;
        else
            _status.Remove("currentMetrics");
    }

    public void SetScaled() => _status["lastScaleTime"] = JsonWriting.Time(now);

    /// <summary>The whole status; null when it is the stored one.</summary>
    public JsonObject? Changed()
    {
        if (generation > 0)
            _status["observedGeneration"] = generation;
        _status["conditions"] = new JsonArray([.. _conditions.Select(Json)]);
        // The desired number is part of the type, not of the news.
        _status["desiredReplicas"] ??= 0;
        return JsonNode.DeepEquals(stored, JsonNode.Parse(_status.ToJsonString())) ? null : _status;
    }

    private static JsonObject Json(Condition condition) => new()
    {
        ["type"] = condition.Type,
        ["status"] = condition.Status,
        ["lastTransitionTime"] = condition.LastTransition is { } time ? JsonWriting.Time(time) : null,
        ["reason"] = condition.Reason,
        ["message"] = condition.Message,
    };
}
