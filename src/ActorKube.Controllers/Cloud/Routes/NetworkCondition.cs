using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Controllers.Nodes;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Cloud.Routes;

/// <summary>The condition that says whether the pods of a node are reached from elsewhere.</summary>
internal static class NetworkCondition
{
    public const string Type = "NetworkUnavailable";

    public static string Status(bool routed) => routed ? "False" : "True";

    public static PatchStep Set(NodeView node, bool routed, DateTimeOffset now) =>
        new(ObjectAddress.Of(WellKnownResources.Nodes, node.Object.Key, "status"), PatchType.StrategicMerge, new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = node.Object.Head.Uid },
            ["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = Type,
                    ["status"] = Status(routed),
                    ["reason"] = routed ? "RouteCreated" : "NoRouteCreated",
                    ["message"] = routed ? "RouteController created a route" : "RouteController failed to create a route",
                    ["lastHeartbeatTime"] = JsonWriting.Time(now),
                    ["lastTransitionTime"] = JsonWriting.Time(now),
                }),
            },
        }.Encode()) { Tolerates = [StatusReason.NotFound] };
}
