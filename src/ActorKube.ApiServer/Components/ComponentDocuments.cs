using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;

namespace ActorKube.ApiServer.Components;

/// <summary>ComponentStatus objects: made for one answer and never stored.</summary>
internal static class ComponentDocuments
{
    /// <summary>Says how a component is.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="health">How it is.</param>
    public static StoredObject Of(string name, ComponentHealth health)
    {
        var condition = new JsonObject { ["type"] = "Healthy", ["status"] = Status(health.IsHealthy) };
        if (health.Message.Length > 0)
            condition["message"] = health.Message;
        if (health.Error.Length > 0)
            condition["error"] = health.Error;
        return StoredObject.Parse(JsonEncoder.Encode(new JsonObject
        {
            ["kind"] = "ComponentStatus",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject { ["name"] = name, ["creationTimestamp"] = null },
            ["conditions"] = new JsonArray(condition),
        }));
    }

    private static string Status(bool? isHealthy) => isHealthy switch
    {
        true => "True",
        false => "False",
        null => "Unknown",
    };
}
