using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Services;

/// <summary>A service (upstream: <c>ValidateService</c>).</summary>
internal static class ServiceRules
{
    private const string OfBalancers = "may only be used when `type` is 'LoadBalancer'";
    private const string TopologyMode = "service.kubernetes.io/topology-mode";
    private const string TopologyHints = "service.kubernetes.io/topology-aware-hints";
    private const string SourceRanges = "service.beta.kubernetes.io/load-balancer-source-ranges";
    private const long MaxStickySeconds = 24 * 60 * 60;
    private static readonly string[] Affinities = ["ClientIP", "None"];
    private static readonly string[] Types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    private static readonly string[] TrafficPolicies = ["Cluster", "Local"];
    private static readonly string[] Distributions = ["PreferClose", "PreferSameZone", "PreferSameNode"];

    /// <summary>Checks all of it.</summary>
    public static void Check(JsonObject service, FieldErrors errors)
    {
        var annotations = service.Object("metadata").Object("annotations");
        if (annotations.Text(TopologyMode) is { } mode && annotations.Text(TopologyHints) is { } hints && mode != hints)
            errors.Invalid(FieldPath.Metadata.Child("annotations").Key(TopologyMode), mode, $"must match annotations[{TopologyHints}] when both are specified");
        var spec = service.Object("spec") ?? [];
        var path = FieldPath.Spec;
        var type = spec.Text("type") ?? "";
        if (spec.Array("ports") is not { Count: > 0 } && !ServiceAddressRules.IsHeadless(spec) && type != "ExternalName")
            errors.Required(path.Child("ports"));
        CheckType(spec, type, path, errors);
        ServicePortRules.Check(spec, path.Child("ports"), errors);
        if (spec.Object("selector") is { } selector)
            ObjectMetaRules.ValidateLabels(selector, path.Child("selector"), errors);
        CheckAffinity(spec, path, errors);
        if (type != "ExternalName")
            ServiceAddressRules.Check(spec, path, errors);
        ServiceAddressRules.CheckExternal(spec, path.Child("externalIPs"), errors);
        FieldRules.OneOf(spec, "type", Types, path, errors);
        ServicePortRules.CheckTogether(spec, type, path.Child("ports"), errors);
        CheckSourceRanges(spec, annotations, type, path, errors);
        CheckLoadBalancer(spec, type, path, errors);
        CheckTraffic(spec, type, path, errors);
    }

    private static void CheckType(JsonObject spec, string type, FieldPath path, FieldErrors errors)
    {
        switch (type)
        {
            case "LoadBalancer" or "NodePort":
                if (ServiceAddressRules.IsHeadless(spec))
                    errors.Invalid(path.Child("clusterIPs").Index(0), "None", $"may not be set to 'None' for {type} services");
                break;
            case "ExternalName":
                foreach (var field in (ReadOnlySpan<string>)["clusterIPs", "ipFamilies", "ipFamilyPolicy"])
                    if (spec[field] is not null and not JsonArray { Count: 0 })
                        errors.Forbidden(path.Child(field), "may not be set for ExternalName services");
                // A name in DNS may end in a dot.
                var name = spec.Text("externalName") ?? "";
                if (name.EndsWith('.'))
                    name = name[..^1];
                if (name.Length == 0)
                    errors.Required(path.Child("externalName"));
                else if (DnsNames.Subdomain(name) is { Count: > 0 } faults)
                    errors.Invalid(path.Child("externalName"), name, faults);
                break;
            default:
                break;
        }
    }

    private static void CheckAffinity(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        FieldRules.OneOf(spec, "sessionAffinity", Affinities, path, errors);
        var config = path.Child("sessionAffinityConfig");
        switch (spec.Text("sessionAffinity"))
        {
            case "ClientIP":
                var seconds = spec.Object("sessionAffinityConfig").Object("clientIP").Int64("timeoutSeconds");
                if (seconds is null)
                    errors.Required(config.Child("clientIP", "timeoutSeconds"), "when session affinity type is ClientIP");
                else if (seconds is <= 0 or > MaxStickySeconds)
                    errors.Invalid(config.Child("clientIP", "timeoutSeconds"), seconds.Value, $"must be greater than 0 and less than {MaxStickySeconds}");
                break;
            case "None":
                if (spec.Object("sessionAffinityConfig") is not null)
                    errors.Forbidden(config, "must not be set when session affinity is None");
                break;
            default:
                break;
        }
    }

    private static void CheckSourceRanges(JsonObject spec, JsonObject? annotations, string type, FieldPath path, FieldErrors errors)
    {
        if (spec.Array("loadBalancerSourceRanges") is { Count: > 0 } ranges)
        {
            var place = path.Child("LoadBalancerSourceRanges");
            if (type != "LoadBalancer")
                errors.Forbidden(place, OfBalancers);
            for (var i = 0; i < ranges.Count; i++)
                if (ranges[i].Text()?.Trim() is { } range)
                    errors.Invalid(place.Index(i), range, AddressRules.Cidr(range));
        }
        else if (annotations.Text(SourceRanges) is { } text)
        {
            var place = FieldPath.Metadata.Child("annotations").Key(SourceRanges);
            if (type != "LoadBalancer")
                errors.Forbidden(place, OfBalancers);
            if (text.Trim() is { Length: > 0 } list)
                foreach (var range in list.Split(',', StringSplitOptions.TrimEntries))
                    errors.Invalid(place, range, AddressRules.Cidr(range));
        }
    }

    private static void CheckLoadBalancer(JsonObject spec, string type, FieldPath path, FieldErrors errors)
    {
        var balanced = type == "LoadBalancer";
        if (spec["allocateLoadBalancerNodePorts"] is not null && !balanced)
            errors.Forbidden(path.Child("allocateLoadBalancerNodePorts"), OfBalancers);
        if (spec["allocateLoadBalancerNodePorts"] is null && balanced)
            errors.Required(FieldPath.Of("allocateLoadBalancerNodePorts"));
        if (spec.Text("loadBalancerClass") is not { } name)
            return;
        if (balanced)
            errors.Invalid(path.Child("loadBalancerClass"), name, LabelNames.QualifiedName(name));
        else
            errors.Forbidden(path.Child("loadBalancerClass"), OfBalancers);
    }

    private static void CheckTraffic(JsonObject spec, string type, FieldPath path, FieldErrors errors)
    {
        var outside = ServiceDefaults.IsReachableFromOutside(spec, type);
        var policy = spec.Text("externalTrafficPolicy") ?? "";
        if (policy.Length > 0 && !outside)
            errors.Invalid(path.Child("externalTrafficPolicy"), policy, "may only be set for externally-accessible services");
        else if (policy.Length == 0 && outside)
            errors.Required(path.Child("externalTrafficPolicy"));
        else
            FieldRules.OneOf(spec, "externalTrafficPolicy", TrafficPolicies, path, errors);
        // A port that is still missing is given out after this check.
        if (spec.Int64("healthCheckNodePort") is not (null or 0) and { } health)
        {
            if (type != "LoadBalancer" || policy != "Local")
                errors.Invalid(path.Child("healthCheckNodePort"), health, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
            else
                FieldRules.Between(spec, "healthCheckNodePort", 1, ushort.MaxValue, path, errors);
        }
        FieldRules.OneOf(spec, "internalTrafficPolicy", TrafficPolicies, path, errors);
        if (spec.Text("trafficDistribution") is { } distribution && !Distributions.Contains(distribution))
            errors.NotSupported(path.Child("trafficDistribution"), distribution, Distributions);
    }
}
