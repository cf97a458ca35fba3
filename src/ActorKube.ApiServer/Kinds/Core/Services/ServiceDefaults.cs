using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Core.Services;

/// <summary>The defaults of services that depend on other fields (upstream: <c>SetDefaults_Service</c>). Addresses and families are the allocator's.</summary>
internal static class ServiceDefaults
{
    private const int StickySeconds = 3 * 60 * 60;

    /// <summary>Completes a service.</summary>
    public static void Apply(JsonObject service)
    {
        if (service.Object("spec") is not { } spec)
            return;
        var type = spec.Text("type") ?? "";
        ApplyAffinity(spec);
        foreach (var (_, port) in spec.Items("ports"))
            if ((port["targetPort"] is null || port.Int64("targetPort") == 0 || port.Text("targetPort") == "") && port["port"] is { } number)
                port["targetPort"] = number.DeepClone();
        if (string.IsNullOrEmpty(spec.Text("externalTrafficPolicy")) && IsReachableFromOutside(spec, type))
            spec["externalTrafficPolicy"] = "Cluster";
        if (spec["internalTrafficPolicy"] is null && type is ("ClusterIP" or "NodePort" or "LoadBalancer"))
            spec["internalTrafficPolicy"] = "Cluster";
        if (type != "LoadBalancer")
            return;
        if (spec["allocateLoadBalancerNodePorts"] is null)
            spec["allocateLoadBalancerNodePorts"] = true;
        foreach (var (_, ingress) in service.Object("status").Object("loadBalancer").Items("ingress"))
            if (ingress.Text("ip") is { Length: > 0 } && ingress["ipMode"] is null)
                ingress["ipMode"] = "VIP";
    }

    /// <summary>Whether traffic from outside the cluster can reach it.</summary>
    public static bool IsReachableFromOutside(JsonObject spec, string type) =>
        type is "LoadBalancer" or "NodePort" || (type == "ClusterIP" && spec.Array("externalIPs") is { Count: > 0 });

    /// <summary>
    /// Takes off what belongs to a type that the service no longer is (upstream: <c>dropTypeDependentFields</c>); what was allocated is the allocator's to take off.
    /// </summary>
    public static void DropWhatTypeForbids(JsonObject service, JsonObject old)
    {
        if (service.Object("spec") is not { } spec || old.Object("spec") is not { } before)
            return;
        var (type, was) = (spec.Text("type") ?? "", before.Text("type") ?? "");
        var wasOutside = IsReachableFromOutside(before, was);
        if (wasOutside && !IsReachableFromOutside(spec, type) && Same(spec, before, "externalTrafficPolicy"))
            spec.Remove("externalTrafficPolicy");
        if (was == "ExternalName" && type != "ExternalName" && Same(spec, before, "externalName"))
            spec.Remove("externalName");
        if (was == "LoadBalancer" && type != "LoadBalancer")
            foreach (var field in (ReadOnlySpan<string>)["allocateLoadBalancerNodePorts", "loadBalancerClass"])
                if (Same(spec, before, field))
                    spec.Remove(field);
        if (type == "ExternalName" && was != "ExternalName")
            foreach (var field in (ReadOnlySpan<string>)["ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"])
                if (Same(spec, before, field))
                    spec.Remove(field);
    }

    private static bool Same(JsonObject spec, JsonObject old, string field) => JsonEquality.Same(spec[field], old[field]);

    private static void ApplyAffinity(JsonObject spec)
    {
        switch (spec.Text("sessionAffinity"))
        {
            case "ClientIP":
                var client = spec.ObjectOrNew("sessionAffinityConfig").ObjectOrNew("clientIP");
                if (client["timeoutSeconds"] is null)
                    client["timeoutSeconds"] = StickySeconds;
                break;
            case "None":
                spec.Remove("sessionAffinityConfig");
                break;
            default:
                // The schema knows the values.
                break;
        }
    }
}
