using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Times;

namespace ActorKube.ApiServer.Verbs;

/// <summary>
/// What a PodDisruptionBudget has to say about the eviction of a pod, by its status as it is stored; the disruption controller keeps that
/// (upstream: <c>pkg/registry/core/pod/storage/eviction.go</c>). Pure.
/// </summary>
internal static class DisruptionBudget
{
    // So many evicted pods that the controller has not seen go mean that there is no controller.
    private const int MaxDisruptedPods = 2000;
    private const int RetryAfterSeconds = 10;
    private const string AllowedCondition = "DisruptionAllowed";
    private const string Violation = "Cannot evict pod as it would violate the pod's disruption budget.";
    private static readonly GroupResource Resource = new("policy", "poddisruptionbudget");

    /// <summary>A pod on which no application counts any more, or not yet: it goes without asking.</summary>
    public static bool IsNeedless(JsonObject pod) =>
        pod.Object("metadata").Text("deletionTimestamp") is { Length: > 0 } || pod.Object("status").Text("phase") is "Succeeded" or "Failed" or "Pending";

    /// <summary>A pod that is not ready may go without using up the budget when the budget says so, or when enough others are healthy.</summary>
    public static bool LetsGo(JsonObject budget, JsonObject pod)
    {
        if (IsReady(pod))
            return false;
        var status = budget.Object("status");
        var desired = status.Int64("desiredHealthy") ?? 0;
        return budget.Object("spec").Text("unhealthyPodEvictionPolicy") == "AlwaysAllow" || desired > 0 && (status.Int64("currentHealthy") ?? 0) >= desired;
    }

    /// <summary>Uses up one disruption for a pod.</summary>
    /// <param name="budget">The budget; changed in place.</param>
    /// <param name="pod">Name of the pod.</param>
    /// <param name="now">The time of the eviction.</param>
    /// <exception cref="ApiException">429 or 403: the budget does not allow it.</exception>
    public static void Spend(JsonObject budget, string pod, DateTimeOffset now)
    {
        var metadata = ObjectMetadata.Of(budget);
        var name = metadata.Text("name") ?? "";
        var status = budget.ObjectOrNew("status");
        if ((status.Int64("observedGeneration") ?? 0) < (metadata.Int64("generation") ?? 0))
            throw StillProcessed(name);
        var allowed = status.Int64("disruptionsAllowed") ?? 0;
        if (allowed < 0)
            throw ApiErrors.Forbidden(Resource, name, "pdb disruptions allowed is negative");
        if (status.Object("disruptedPods") is { Count: > MaxDisruptedPods })
            throw ApiErrors.Forbidden(Resource, name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
        if (allowed == 0)
            throw Refusal(0, Why(name, status));
        status["disruptionsAllowed"] = allowed - 1;
        if (allowed == 1)
            SetExhausted(status, now);
        status.ObjectOrNew("disruptedPods")[pod] = KubeTime.Format(now);
    }

    /// <summary>429: the budget's state is not known yet, or the pod's has just changed.</summary>
    public static ApiException StillProcessed(string name) => Refusal(RetryAfterSeconds, $"The disruption budget {name} is still being processed by the server.");

    private static ApiException Refusal(int retryAfterSeconds, string why)
    {
        var error = ApiErrors.TooManyRequests(Violation, retryAfterSeconds);
        return new ApiException(error.Status with { Causes = [new StatusCause(CauseType.DisruptionBudget, why)] });
    }

    // After a failed sync the numbers mean nothing.
    private static string Why(string name, JsonObject status)
    {
        var condition = Condition(status, AllowedCondition);
        var said = condition.Text("status") == "False" ? condition.Text("message") ?? "" : "";
        var (desired, current) = (status.Int64("desiredHealthy") ?? 0, status.Int64("currentHealthy") ?? 0);
        if (said.Length > 0 && condition.Text("reason") == "SyncFailed")
            return $"The disruption budget {name} does not allow evicting pods currently because it failed sync: {said}";
        if (current <= desired)
            return $"The disruption budget {name} needs {desired} healthy pods and has {current} currently";
        return $"The disruption budget {name} does not allow evicting pods currently{(said.Length > 0 ? $" ({condition.Text("reason")}): {said}" : "")}";
    }

    private static void SetExhausted(JsonObject status, DateTimeOffset now)
    {
        var condition = Condition(status, AllowedCondition);
        if (condition is null)
            status.ArrayOrNew("conditions").Add(condition = new JsonObject { ["type"] = AllowedCondition, ["message"] = "" });
        if (condition.Text("status") != "False")
            condition["lastTransitionTime"] = KubeTime.Format(now);
        condition["status"] = "False";
        condition["reason"] = "InsufficientPods";
        condition["message"] = "";
        if (status.Int64("observedGeneration") is { } observed)
            condition["observedGeneration"] = observed;
    }

    private static bool IsReady(JsonObject pod) => Condition(pod.Object("status"), "Ready").Text("status") == "True";

    private static JsonObject? Condition(JsonObject? status, string type) =>
        (status.Array("conditions") ?? []).OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == type);
}
