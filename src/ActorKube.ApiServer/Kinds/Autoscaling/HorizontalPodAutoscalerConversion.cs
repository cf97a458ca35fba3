using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Schema;
using ActorKube.Api.Schema.Passes;

namespace ActorKube.ApiServer.Kinds.Autoscaling;

/// <summary>
/// autoscaling/v1 as a view of autoscaling/v2. The CPU target is a field in v1; what v1 has no field for travels in upstream's annotations, so that a client of v1
/// that writes back what it read loses nothing (upstream: <c>pkg/apis/autoscaling/v1/conversion.go</c>).
/// </summary>
internal sealed class HorizontalPodAutoscalerConversion : IVersionConversion
{
    private const string Prefix = "autoscaling.alpha.kubernetes.io/";
    private static readonly SchemaNode Schema = new SchemaRegistry().Find(new GroupVersionKind("autoscaling", "v2", "HorizontalPodAutoscaler"))!;
    private static readonly (string Annotation, string Part, string Field)[] Carried =
    [
        (Prefix + "behavior", "spec", "behavior"),
        (Prefix + "conditions", "status", "conditions"),
        (Prefix + "current-metrics", "status", "currentMetrics"),
    ];

    /// <inheritdoc/>
    public JsonObject FromStorage(JsonObject stored)
    {
        var served = Copy(stored, "autoscaling/v1");
        var spec = served.Object("spec");
        if (spec?["metrics"] is JsonArray metrics)
        {
            spec.Remove("metrics");
            var others = new JsonArray();
            foreach (var metric in metrics)
                if (CpuTarget(metric as JsonObject) is { } target && !spec.ContainsKey("targetCPUUtilizationPercentage"))
                    spec["targetCPUUtilizationPercentage"] = target;
                else if (metric is JsonObject other)
                    others.Add(HpaMetricShapes.ToV1(other));
            if (others.Count > 0)
                Annotate(served, Prefix + "metrics", others);
        }
        if (CpuNow(served.Object("status").Array("currentMetrics")) is { } now)
            served.ObjectOrNew("status")["currentCPUUtilizationPercentage"] = now;
        foreach (var (annotation, part, field) in Carried)
            if (served.Object(part) is { } holder && holder[field] is { } value)
            {
                holder.Remove(field);
                Annotate(served, annotation, value);
            }
        return served;
    }

    /// <inheritdoc/>
    public JsonObject ToStorage(JsonObject served)
    {
        var stored = Copy(served, "autoscaling/v2");
        var metrics = Take(stored, Prefix + "metrics", "spec", "metrics", Metrics) as JsonArray ?? [];
        if (stored.Object("spec") is { } spec && spec.Int64("targetCPUUtilizationPercentage") is { } target)
        {
            spec.Remove("targetCPUUtilizationPercentage");
            metrics.Insert(0, new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject { ["name"] = "cpu", ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = target } },
            });
        }
        if (metrics.Count > 0)
            stored.ObjectOrNew("spec")["metrics"] = metrics;
        stored.Object("status")?.Remove("currentCPUUtilizationPercentage");
        foreach (var (annotation, part, field) in Carried)
            if (Take(stored, annotation, part, field) is { } value)
                stored.ObjectOrNew(part)[field] = value;
        return stored;
    }

    private static JsonObject Copy(JsonObject source, string apiVersion)
    {
        var copy = (JsonObject)source.DeepClone();
        copy["apiVersion"] = apiVersion;
        return copy;
    }

    private static long? CpuTarget(JsonObject? metric) =>
        metric.Text("type") == "Resource" && metric.Object("resource") is { } resource && resource.Text("name") == "cpu"
            ? resource.Object("target").Int64("averageUtilization")
            : null;

    private static long? CpuNow(JsonArray? metrics) =>
        (metrics ?? []).OfType<JsonObject>()
            .Where(static m => m.Text("type") == "Resource" && m.Object("resource").Text("name") == "cpu")
            .Select(static m => m.Object("resource").Object("current").Int64("averageUtilization"))
            .FirstOrDefault();

    private static void Annotate(JsonObject obj, string annotation, JsonNode value) =>
        obj.ObjectOrNew("metadata").ObjectOrNew("annotations")[annotation] = value.ToJsonString();

    /// <summary>
    /// Takes an annotation out, as one of the stored version's fields. Clients may have written anything there, and no decoder has seen it: what is not of the field's type is nothing,
    /// as upstream has it.
    /// </summary>
    private static JsonNode? Take(JsonObject obj, string annotation, string part, string field, Func<JsonNode, JsonNode>? shape = null)
    {
        if (obj.Object("metadata").Object("annotations") is not { } annotations || annotations.Text(annotation) is not { } text)
            return null;
        annotations.Remove(annotation);
        if (annotations.Count == 0)
            obj.Object("metadata")!.Remove("annotations");
        try
        {
            return JsonDecoder.Decode(Encoding.UTF8.GetBytes(text)).Root is { } value ? Typed(part, field, shape?.Invoke(value) ?? value) : null;
        }
        catch (ApiException)
        {
            return null;
        }
    }

    private static JsonNode? Typed(string part, string field, JsonNode value)
    {
        var holder = new JsonObject { [field] = value };
        var whole = new JsonObject { [part] = holder };
        if (SchemaDecoder.Decode(Schema, whole, FieldValidation.Ignore).Error is not null)
            return null;
        holder.Remove(field);
        return value;
    }

    private static JsonNode Metrics(JsonNode old) => old is JsonArray metrics ? new JsonArray([.. metrics.Select(m => m is JsonObject metric ? HpaMetricShapes.ToV2(metric) : m?.DeepClone())]) : old;
}
