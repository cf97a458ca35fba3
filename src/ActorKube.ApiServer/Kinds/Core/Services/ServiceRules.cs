using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Services;

/// <summary>The spec of a service (upstream: <c>ValidateService</c>).</summary>
internal static class ServiceRules
{
    private const string Headless = "None";
    private const long MaxStickySeconds = 24 * 60 * 60;

    /// <summary>Checks all of it.</summary>
    public static void Check(JsonObject spec, FieldErrors errors)
    {
        var path = FieldPath.Spec;
        var type = spec.Text("type") ?? "";
        var headless = Address(spec) == Headless;
        if (spec.Array("ports") is not { Count: > 0 } && !headless && type != "ExternalName")
            errors.Required(path.Child("ports"));
        CheckType(spec, type, headless, path, errors);
        ServicePortRules.Check(spec, type, path.Child("ports"), errors);
        if (spec.Object("selector") is { } selector)
            ObjectMetaRules.ValidateLabels(selector, path.Child("selector"), errors);
        CheckAffinity(spec, path, errors);
        ServiceAddressRules.Check(spec, type, path, errors);
        CheckTraffic(spec, type, path, errors);
        CheckLoadBalancer(spec, type, path, errors);
    }

    /// <summary>The first cluster address, <c>None</c>, or empty.</summary>
    public static string Address(JsonObject spec) =>
        spec.Text("clusterIP") is { Length: > 0 } ip ? ip : spec.Array("clusterIPs") is { Count: > 0 } all ? all[0].Text() ?? "" : "";

    private static void CheckType(JsonObject spec, string type, bool headless, FieldPath path, FieldErrors errors)
    {
        switch (type)
        {
            case "LoadBalancer" or "NodePort":
                if (headless)
                    errors.Invalid(path.Child("clusterIPs").Index(0), Headless, $"may not be set to 'None' for {type} services");
                break;
            case "ExternalName":
                if (Address(spec).Length > 0)
                    errors.Forbidden(path.Child("clusterIPs"), "may not be set when `type` is 'ExternalName'");
                // A name in DNS may end in a dot; a service's alias is not stored with it in mind.
                var name = (spec.Text("externalName") ?? "").TrimEnd('.');
                if (name.Length == 0)
                    errors.Required(path.Child("externalName"));
                else if (DnsNames.Subdomain(name) is { Count: > 0 } faults)
                    errors.Invalid(path.Child("externalName"), spec.Text("externalName")!, faults);
                foreach (var field in (ReadOnlySpan<string>)["ipFamilies", "ipFamilyPolicy"])
                    if (spec[field] is not null and not JsonArray { Count: 0 })
                        errors.Forbidden(path.Child(field), "may not be set for ExternalName services");
                break;
            default:
                // The schema knows the types.
                break;
        }
    }

    private static void CheckAffinity(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var config = path.Child("sessionAffinityConfig");
        switch (spec.Text("sessionAffinity"))
        {
            case "ClientIP":
                var seconds = spec.Object("sessionAffinityConfig").Object("clientIP").Int64("timeoutSeconds");
                if (seconds is null)
                    errors.Required(config.Child("clientIP", "timeoutSeconds"));
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

    private static void CheckTraffic(JsonObject spec, string type, FieldPath path, FieldErrors errors)
    {
        var outside = ServiceDefaults.IsReachableFromOutside(spec, type);
        var policy = spec.Text("externalTrafficPolicy") ?? "";
        if (policy.Length > 0 && !outside)
            errors.Invalid(path.Child("externalTrafficPolicy"), policy, "may only be set for externally-accessible services");
        else if (policy.Length == 0 && outside)
            errors.Required(path.Child("externalTrafficPolicy"));
        var health = spec.Int64("healthCheckNodePort") ?? 0;
        var needsHealth = type == "LoadBalancer" && policy == "Local";
        if (health != 0 && !needsHealth)
            errors.Invalid(path.Child("healthCheckNodePort"), health, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        else if (needsHealth && health != 0)
            FieldRules.Between(spec, "healthCheckNodePort", 1, ushort.MaxValue, path, errors);
        switch (spec.Text("trafficDistribution"))
        {
            case null or "PreferClose" or "PreferSameZone" or "PreferSameNode":
                break;
            case var other:
                errors.NotSupported(path.Child("trafficDistribution"), other, "PreferClose", "PreferSameZone", "PreferSameNode");
                break;
        }
    }

    private static void CheckLoadBalancer(JsonObject spec, string type, FieldPath path, FieldErrors errors)
    {
        var balanced = type == "LoadBalancer";
        if (spec.Array("loadBalancerSourceRanges") is { Count: > 0 } ranges)
        {
            if (!balanced)
                errors.Forbidden(path.Child("LoadBalancerSourceRanges"), "may only be used when `type` is 'LoadBalancer'");
            for (var i = 0; i < ranges.Count; i++)
                if (ranges[i].Text()?.Trim() is { } range && AddressRules.Cidr(range) is { Count: > 0 } faults)
                    errors.Invalid(path.Child("loadBalancerSourceRanges").Index(i), range, faults);
        }
        if (spec["allocateLoadBalancerNodePorts"] is not null && !balanced)
            errors.Forbidden(path.Child("allocateLoadBalancerNodePorts"), "may only be used when `type` is 'LoadBalancer'");
        if (spec["allocateLoadBalancerNodePorts"] is null && balanced)
            errors.Required(path.Child("allocateLoadBalancerNodePorts"));
        if (spec.Text("loadBalancerClass") is not { } name)
            return;
        if (balanced)
            errors.Invalid(path.Child("loadBalancerClass"), name, LabelNames.QualifiedName(name));
        else
            errors.Forbidden(path.Child("loadBalancerClass"), "may only be used when `type` is 'LoadBalancer'");
    }
}
