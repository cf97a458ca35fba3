using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Autoscaling;

/// <summary>The two shapes of a metric target: flat in autoscaling/v1 (<c>targetAverageValue</c>), a <c>target</c> object in v2.</summary>
internal static class HpaMetricShapes
{
    private static readonly string[] Sources = ["resource", "containerResource", "pods", "object", "external"];
    private static readonly string[] Kept = ["name", "container"];

    /// <summary>From v2.</summary>
    public static JsonObject ToV1(JsonObject metric) => Map(metric, static (source, name) =>
    {
        var flat = Pick(source);
        var target = source.Object("target");
        Copy(target, "averageUtilization", flat, "targetAverageUtilization");
        Copy(target, "averageValue", flat, name == "object" ? "averageValue" : "targetAverageValue");
        Copy(target, "value", flat, "targetValue");
        Copy(source, "describedObject", flat, "target");
        Copy(source.Object("metric"), "name", flat, "metricName");
        Copy(source.Object("metric"), "selector", flat, name == "external" ? "metricSelector" : "selector");
        return flat;
    });

    /// <summary>From v1.</summary>
    public static JsonObject ToV2(JsonObject metric) => Map(metric, static (source, name) =>
    {
        var nested = Pick(source);
        var target = new JsonObject();
        Copy(source, "targetAverageUtilization", target, "averageUtilization");
        Copy(source, name == "object" ? "averageValue" : "targetAverageValue", target, "averageValue");
        Copy(source, "targetValue", target, "value");
        target["type"] = target.ContainsKey("averageUtilization") ? "Utilization" : target.ContainsKey("averageValue") ? "AverageValue" : "Value";
        nested["target"] = target;
        Copy(source, "target", nested, "describedObject");
        if (source.ContainsKey("metricName"))
        {
            var identity = new JsonObject();
            Copy(source, "metricName", identity, "name");
            Copy(source, name == "external" ? "metricSelector" : "selector", identity, "selector");
            nested["metric"] = identity;
        }
        return nested;
    });

    private static JsonObject Map(JsonObject metric, Func<JsonObject, string, JsonObject> shape)
    {
        var result = new JsonObject { ["type"] = metric.Text("type") };
        foreach (var name in Sources)
            if (metric.Object(name) is { } source)
                result[name] = shape(source, name);
        return result;
    }

    private static JsonObject Pick(JsonObject source)
    {
        var picked = new JsonObject();
        foreach (var name in Kept)
            Copy(source, name, picked, name);
        return picked;
    }

    // A v1 object metric calls its described object "target"; a v2 one has an object of that name for something else.
    private static void Copy(JsonObject? source, string from, JsonObject target, string to)
    {
        if (source?[from] is { } value)
            target[to] = value.DeepClone();
    }
}
