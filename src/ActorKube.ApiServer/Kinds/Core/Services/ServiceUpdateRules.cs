using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Services;

/// <summary>
/// What of a service stays what it was while it keeps its type: the first address and family; a second of each can come and go (upstream:
/// <c>validateUpgradeDowngradeClusterIPs</c>, <c>validateUpgradeDowngradeIPFamilies</c>, <c>validateLoadBalancerClassField</c>).
/// </summary>
internal static class ServiceUpdateRules
{
    private const string Fixed = "may not change once set";

    /// <summary>Checks a change.</summary>
    public static void Check(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        if (old.Text("type") != "ExternalName" && spec.Text("type") != "ExternalName")
        {
            var (was, isNow) = (ServiceAddressRules.IsHeadless(old), ServiceAddressRules.IsHeadless(spec));
            if (!was || !isNow)
                CheckList("clusterIPs", "clusterIP", spec, old, errors);
            if (!was && !isNow)
                CheckList("ipFamilies", "ipFamily", spec, old, errors);
        }
        if (old.Text("type") == "LoadBalancer" && spec.Text("type") == "LoadBalancer" && spec.Text("loadBalancerClass") != old.Text("loadBalancerClass"))
            errors.Invalid(FieldPath.Spec.Child("loadBalancerClass"), spec["loadBalancerClass"], Fixed);
        if (NeedsHealthCheck(old) && NeedsHealthCheck(spec) && (spec.Int64("healthCheckNodePort") ?? 0) != (old.Int64("healthCheckNodePort") ?? 0))
            errors.Forbidden(FieldPath.Spec.Child("healthCheckNodePort"), FieldRules.IsImmutable);
    }

    private static void CheckList(string list, string called, JsonObject spec, JsonObject old, FieldErrors errors)
    {
        var (now, before) = (spec.Texts(list).ToList(), old.Texts(list).ToList());
        var path = FieldPath.Spec.Child(list);
        if (now.Count == before.Count)
        {
            for (var i = 0; i < now.Count; i++)
                if (now[i] != before[i])
                    errors.Invalid(path.Index(list == "clusterIPs" ? i : 0), spec[list], Fixed);
            return;
        }
        // Of families upstream looks at the addresses, and shows them.
        if (now.Count < before.Count && spec.Array("clusterIPs") is not { Count: > 0 })
            errors.Invalid(path.Index(0), spec[list] ?? new JsonArray(), $"primary {called} can not be unset");
        if (now.Count > 0 && before.Count > 0 && now[0] != before[0])
            errors.Invalid(path.Index(0), spec["clusterIPs"], Fixed);
        if (now.Count < before.Count && now.Count == 1 && spec.Text("ipFamilyPolicy") != "SingleStack")
            errors.Invalid(FieldPath.Spec.Child("ipFamilyPolicy"), spec["ipFamilyPolicy"], $"must be set to 'SingleStack' when releasing the secondary {called}");
    }

    private static bool NeedsHealthCheck(JsonObject spec) => spec.Text("type") == "LoadBalancer" && spec.Text("externalTrafficPolicy") == "Local";
}
