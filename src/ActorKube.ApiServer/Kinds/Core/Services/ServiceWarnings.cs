using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds.Core.Services;

/// <summary>What is accepted in a service but does not do what it says (upstream: <c>pkg/api/service/warnings.go</c>).</summary>
internal static class ServiceWarnings
{
    private const string TopologyMode = "service.kubernetes.io/topology-mode";
    private const string TopologyHints = "service.kubernetes.io/topology-aware-hints";

    /// <summary>Adds what is stored and acted upon by nobody yet; names that lead elsewhere and services without an address are for the cluster's DNS.</summary>
    public static void AddNotEnforced(JsonObject? spec, WarningList warnings) => warnings.Add(spec.Text("type") == "ExternalName" || spec.Text("clusterIP") == "None"
        ? "names of services are stored but not resolved by a cluster DNS yet"
        : "services have addresses but nothing carries traffic to them yet");

    /// <summary>Adds the warnings.</summary>
    public static void Add(JsonObject service, WarningList warnings)
    {
        var spec = service.Object("spec") ?? [];
        if (service.Object("metadata").Object("annotations")?.ContainsKey(TopologyHints) == true)
            warnings.Add($"annotation {TopologyHints} is deprecated, please use {TopologyMode} instead");
        var isAlias = spec.Text("type") == "ExternalName";
        var isHeadless = spec.Text("type") == "ClusterIP" && spec.Text("clusterIP") == "None";
        if (!isHeadless)
            AddAddresses(spec, "clusterIPs", AddressRules.Warning, warnings);
        var outside = spec.Array("externalIPs") is { Count: > 0 };
        if (isHeadless)
        {
            if (spec.Text("loadBalancerIP") is { Length: > 0 })
                warnings.Add("spec.loadBalancerIP is ignored for headless services");
            if (outside)
                warnings.Add("spec.externalIPs is ignored for headless services");
            if (spec.Text("sessionAffinity") != "None")
                warnings.Add("spec.SessionAffinity is ignored for headless services");
        }
        AddAddresses(spec, "externalIPs", AddressRules.Warning, warnings);
        if (outside && !isHeadless && !isAlias)
            warnings.Add("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
        if (spec.Text("loadBalancerIP") is { Length: > 0 } balancer && AddressRules.Warning(balancer) is { } advice)
            warnings.Add($"spec.loadBalancerIP: {advice}");
        AddAddresses(spec, "loadBalancerSourceRanges", AddressRules.CidrWarning, warnings);
        if (isAlias && outside)
            warnings.Add("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
        if (!isAlias && spec.Text("externalName") is { Length: > 0 })
            warnings.Add("spec.externalName is ignored when spec.type is not \"ExternalName\"");
        if (spec.Text("trafficDistribution") == "PreferClose")
            warnings.Add("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
        if (spec.Text("type") == "LoadBalancer")
            warnings.Add("spec.type: nothing leads traffic to the addresses of load balancers yet; a cloud provider (--cloud-provider) gives them away");
    }

    private static void AddAddresses(JsonObject spec, string list, Func<string, string?> adviceOn, WarningList warnings)
    {
        var place = 0;
        foreach (var address in spec.Texts(list))
        {
            if (adviceOn(address) is { } advice)
                warnings.Add($"spec.{list}[{place}]: {advice}");
            place++;
        }
    }
}
