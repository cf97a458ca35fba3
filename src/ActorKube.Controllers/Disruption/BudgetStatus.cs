using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Disruption;

/// <summary>Writing <c>status</c> of a PodDisruptionBudget.</summary>
internal static class BudgetStatus
{
    /// <summary>The status after a look at the pods.</summary>
    public static JsonObject Of(BudgetView budget, int expected, int desired, int healthy, IEnumerable<KeyValuePair<string, string>> disrupted, DateTimeOffset now)
    {
        // With no pods expected, the first ones to come are not to be disrupted before they have been counted.
        var allowed = expected <= 0 ? 0 : Math.Max(0, healthy - desired);
        var status = new JsonObject
        {
            ["observedGeneration"] = budget.Object.Head.Generation,
            ["disruptionsAllowed"] = allowed,
            ["currentHealthy"] = healthy,
            ["desiredHealthy"] = desired,
            ["expectedPods"] = expected,
        };
        foreach (var (pod, when) in disrupted)
            status.Child("disruptedPods")[pod] = when;
        status["conditions"] = budget.Object.Edit().At("status", "conditions")?.DeepClone() ?? new JsonArray();
        SetAllowed(status, allowed > 0, allowed > 0 ? "SufficientPods" : "InsufficientPods", "", now);
        return status;
    }

    /// <summary>The status when the pods could not be counted: nothing may be disrupted.</summary>
    public static JsonObject Failed(BudgetView budget, string fault, DateTimeOffset now)
    {
        var status = budget.Object.Edit()["status"].Copy();
        status["disruptionsAllowed"] = 0;
        foreach (var field in (ReadOnlySpan<string>)["currentHealthy", "desiredHealthy", "expectedPods"])
            status[field] ??= 0;
        SetAllowed(status, false, "SyncFailed", fault, now);
        return status;
    }

    private static void SetAllowed(JsonObject status, bool allowed, string reason, string message, DateTimeOffset now)
    {
        var conditions = status.List("conditions");
        var condition = conditions.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == "DisruptionAllowed");
        if (condition is null)
            conditions.Add(condition = new JsonObject { ["type"] = "DisruptionAllowed" });
        var value = allowed ? "True" : "False";
        if (condition.Text("status") != value)
            condition["lastTransitionTime"] = JsonWriting.Time(now);
        condition["status"] = value;
        condition["reason"] = reason;
        condition["message"] = message;
        if (status.Number("observedGeneration") is { } observed)
            condition["observedGeneration"] = observed;
    }
}
