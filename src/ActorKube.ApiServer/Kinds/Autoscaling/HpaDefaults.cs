using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Autoscaling;

/// <summary>What an autoscaler does when its author does not say.</summary>
internal static class HpaDefaults
{
    /// <summary>Percentage of requested CPU that autoscalers without metrics aim at.</summary>
    public const int CpuUtilization = 80;

    private const int Period = 15;
    private const int DoublePercent = 100;
    private const int PodsAtOnce = 4;

    /// <summary>Fills in the metrics and whatever of the behavior was left out. Nothing is filled in where there is no behavior at all.</summary>
    public static void Apply(JsonObject spec)
    {
        if (spec.Array("metrics") is not { Count: > 0 })
            spec["metrics"] = new JsonArray(new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject { ["name"] = "cpu", ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = CpuUtilization } },
            });
        if (spec.Object("behavior") is not { } behavior)
            return;
        var up = behavior.ObjectOrNew("scaleUp");
        up["stabilizationWindowSeconds"] ??= 0;
        Rules(up, Policy("Pods", PodsAtOnce), Policy("Percent", DoublePercent));
        // The window of scaling down is the controller's own setting.
        Rules(behavior.ObjectOrNew("scaleDown"), Policy("Percent", DoublePercent));
    }

    private static void Rules(JsonObject rules, params JsonNode[] policies)
    {
        rules["selectPolicy"] ??= "Max";
        rules["policies"] ??= new JsonArray(policies);
    }

    private static JsonObject Policy(string type, int value) => new() { ["type"] = type, ["value"] = value, ["periodSeconds"] = Period };
}
