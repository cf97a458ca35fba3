using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Cloud.Balancers;

/// <summary>What is written to services. All of it goes through <c>/status</c>, finalizers too: the controller's role allows nothing else.</summary>
internal static class BalancerPatches
{
    public static PatchStep AddFinalizer(BalancedService service) =>
        Step(service, "failed to add load balancer cleanup finalizer", PatchType.StrategicMerge, new JsonObject { ["metadata"] = new JsonObject { ["uid"] = service.Uid, ["finalizers"] = new JsonArray(BalancedService.Finalizer) } });

    public static PatchStep SetStatus(BalancedService service, LoadBalancerStatus status) =>
        Step(service, "failed to update load balancer status", PatchType.Merge, new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = service.Uid },
            ["status"] = new JsonObject { ["loadBalancer"] = new JsonObject { ["ingress"] = status.Ingress.IsEmpty ? null : new JsonArray([.. status.Ingress.Select(Json)]) } },
        });

    /// <summary>Takes off the finalizer and the addresses in one write.</summary>
    public static PatchStep Clear(BalancedService service) =>
        Step(service, "failed to remove load balancer cleanup finalizer", PatchType.StrategicMerge, new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = service.Uid, ["$deleteFromPrimitiveList/finalizers"] = new JsonArray(BalancedService.Finalizer) },
            ["status"] = new JsonObject { ["loadBalancer"] = new JsonObject { ["ingress"] = null } },
        });

    /// <summary>What people are told when the load balancer of a service is not as it has to be.</summary>
    public static EventSpec Failed(ObjectReference about, string why) => EventSpec.Warn(about, "SyncLoadBalancerFailed", $"Error syncing load balancer: {why}");

    private static PatchStep Step(BalancedService service, string failure, PatchType type, JsonObject patch) =>
        new(ObjectAddress.Of(WellKnownResources.Services, service.Key, "status"), type, patch.Encode())
        {
            Tolerates = [StatusReason.NotFound],
            OnFailed = Failed(ObjectReference.To(Kinds.Service, service.Object), $"{failure}: "),
        };

    private static JsonNode Json(Ingress ingress)
    {
        var json = new JsonObject();
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("ip", ingress.Ip), ("ipMode", ingress.IpMode), ("hostname", ingress.Hostname)])
            if (value.Length > 0)
                json[name] = value;
        return json;
    }
}
