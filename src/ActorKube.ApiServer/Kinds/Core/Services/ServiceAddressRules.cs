using System.Net.Sockets;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Services;

/// <summary>The addresses of a service (upstream: <c>ValidateServiceClusterIPsRelatedFields</c>, <c>validateUpgradeDowngradeClusterIPs</c>).</summary>
internal static class ServiceAddressRules
{
    private const int MaxFamilies = 2;

    /// <summary>Checks cluster addresses, families and external addresses.</summary>
    public static void Check(JsonObject spec, string type, FieldPath path, FieldErrors errors)
    {
        if (type != "ExternalName")
        {
            CheckFamilies(spec, path, errors);
            CheckClusterAddresses(spec, path, errors);
        }
        var place = 0;
        foreach (var address in spec.Texts("externalIPs"))
            CheckExternal(address, path.Child("externalIPs").Index(place++), errors);
    }

    /// <summary>A service keeps the address that it has as long as it is of a type that has one.</summary>
    public static void CheckUpdate(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        if (old.Text("type") == "ExternalName" || spec.Text("type") == "ExternalName")
            return;
        var before = old.Texts("clusterIPs").ToList();
        var now = spec.Texts("clusterIPs").ToList();
        if (before.Count > 0 && now.Count > 0 && before[0] != now[0])
            errors.Invalid(FieldPath.Spec.Child("clusterIPs").Index(0), spec["clusterIPs"], "may not change once set");
    }

    private static void CheckFamilies(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var families = spec.Texts("ipFamilies").ToList();
        if (families.Count > MaxFamilies)
            errors.Invalid(path.Child("ipFamilies"), spec["ipFamilies"], "may only hold up to 2 values");
        var seen = new HashSet<string>();
        for (var i = 0; i < families.Count; i++)
            if (families[i] is not ("IPv4" or "IPv6"))
                errors.NotSupported(path.Child("ipFamilies").Index(i), families[i], "IPv4", "IPv6");
            else if (!seen.Add(families[i]))
                errors.Duplicate(path.Child("ipFamilies").Index(i), families[i]);
        if (spec.Text("ipFamilyPolicy") is { } policy and not ("SingleStack" or "PreferDualStack" or "RequireDualStack"))
            errors.NotSupported(path.Child("ipFamilyPolicy"), policy, "SingleStack", "PreferDualStack", "RequireDualStack");
    }

    private static void CheckClusterAddresses(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var all = spec.Texts("clusterIPs").ToList();
        var first = spec.Text("clusterIP") ?? "";
        if (all.Count > 0 && first.Length == 0)
            errors.Required(path.Child("clusterIP"), "must be set when `clusterIPs` is specified");
        else if (all.Count > 0 && all[0] != first)
            errors.Invalid(path.Child("clusterIPs"), spec["clusterIPs"], "first value must match `clusterIP`");
        if (all.Count > MaxFamilies)
            errors.Invalid(path.Child("clusterIPs"), spec["clusterIPs"], "may only hold up to 2 values");
        if (all.Count > 1 && all.Contains("None"))
            errors.Invalid(path.Child("clusterIPs"), spec["clusterIPs"], "'None' must be the first and only value");
        else if (all.Count == MaxFamilies && Family(all[0]) is { } family && family == Family(all[1]))
            errors.Invalid(path.Child("clusterIPs"), spec["clusterIPs"], "may specify no more than one IP for each IP family");
        if (all.Count == 0 && first is not ("" or "None"))
            all.Add(first);
        for (var i = 0; i < all.Count; i++)
            if (all[i] != "None" && AddressRules.Ip(all[i]) is { Count: > 0 } faults)
                errors.Invalid(path.Child("clusterIPs").Index(i), all[i], faults);
    }

    private static AddressFamily? Family(string text) => AddressRules.TryParseIp(text, out var address, out _) ? address!.AddressFamily : null;

    // Traffic to these never leaves the node or goes to everybody.
    private static void CheckExternal(string text, FieldPath path, FieldErrors errors)
    {
        if (!AddressRules.TryParseIp(text, out var address, out var fault))
        {
            errors.Invalid(path, text, fault!);
            return;
        }
        var bytes = address!.GetAddressBytes();
        if (bytes.All(static b => b == 0))
            errors.Invalid(path, text, "may not be unspecified (0.0.0.0 or ::)");
        else if (System.Net.IPAddress.IsLoopback(address))
            errors.Invalid(path, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        else if (address.IsIPv6LinkLocal || (bytes.Length == 4 && bytes[0] == 169 && bytes[1] == 254))
            errors.Invalid(path, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        else if (bytes is [224, 0, 0, _] || (address.IsIPv6Multicast && bytes[1] == 2))
            errors.Invalid(path, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
}
