using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.FlowControl;

/// <summary>
/// What has to be changed in the flow control objects of a cluster so that they are as they come with it (upstream: <c>pkg/registry/flowcontrol/ensurer</c>). Mandatory ones always are; the others as long as
/// the annotation says so, or, where it says nothing, as long as nobody changed their spec. Pure.
/// </summary>
internal static class FlowControlChange
{
    /// <summary>Annotation: whether the server keeps the spec as it comes with the cluster.</summary>
    public const string AutoUpdate = "apf.kubernetes.io/autoupdate-spec";

    private const string Dangling = "Dangling";

    /// <summary>A new object.</summary>
    public static JsonObject Created(FlowControlObject wanted) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = wanted.Name, ["annotations"] = new JsonObject { [AutoUpdate] = "true" } },
        ["spec"] = wanted.Spec.DeepClone(),
    };

    /// <summary>The object as it should be; null when it is.</summary>
    /// <param name="current">The stored object; not changed.</param>
    /// <param name="wanted">What comes with the cluster.</param>
    public static JsonObject? Updated(JsonObject current, FlowControlObject wanted)
    {
        var metadata = current.Object("metadata");
        var said = GoBool(metadata.Object("annotations").Text(AutoUpdate));
        var keeps = wanted.IsMandatory || (said ?? metadata.Int64("generation") == 1);
        var spec = keeps ? SpecFor(current, wanted) : null;
        var specChanges = spec is not null && !JsonEquality.Same(spec, current["spec"]);
        if (said == keeps && !specChanges)
            return null;
        var changed = (JsonObject)current.DeepClone();
        changed.ObjectOrNew("metadata").ObjectOrNew("annotations")[AutoUpdate] = keeps ? "true" : "false";
        if (specChanges)
            changed["spec"] = spec;
        return changed;
    }

    /// <summary>Whether an object came with an earlier version of the cluster, and nobody has taken it over.</summary>
    public static bool IsLeftOver(JsonObject current, IReadOnlyList<FlowControlObject> wanted) =>
        GoBool(current.Object("metadata").Object("annotations").Text(AutoUpdate)) == true && wanted.All(w => w.Name != current.Object("metadata").Text("name"));

    /// <summary>Condition <c>Dangling</c> of a flow schema; null when it says so already.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="levelExists">Whether there is a priority level of that name.</param>
    /// <param name="now">The time, as text.</param>
    public static JsonObject? Reference(JsonObject schema, Func<string, bool> levelExists, string now)
    {
        var level = schema.Object("spec").Object("priorityLevelConfiguration").Text("name") ?? "";
        var (status, reason, rest) = levelExists(level) ? ("False", "Found", "and it exists") : ("True", "NotFound", "but there is no such object");
        var message = $"This FlowSchema references the PriorityLevelConfiguration object named \"{level}\" {rest}";
        var known = schema.Object("status").Objects("conditions").FirstOrDefault(static c => c.Text("type") == Dangling);
        return known.Text("status") == status && known.Text("reason") == reason && known.Text("message") == message
            ? null
            : new JsonObject { ["type"] = Dangling, ["status"] = status, ["lastTransitionTime"] = now, ["reason"] = reason, ["message"] = message };
    }

    /// <summary>What a mandatory object's spec has to be, given what of it may be chosen: the shares of the exempt level.</summary>
    public static JsonObject SpecFor(JsonObject current, FlowControlObject wanted)
    {
        var spec = (JsonObject)wanted.Spec.DeepClone();
        if (wanted is { Name: FlowControlObjects.Exempt, IsMandatory: true } && spec["exempt"] is not null && current.Object("spec")?["exempt"] is { } chosen)
            spec["exempt"] = chosen.DeepClone();
        return spec;
    }

    private static bool? GoBool(string? text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };
}
