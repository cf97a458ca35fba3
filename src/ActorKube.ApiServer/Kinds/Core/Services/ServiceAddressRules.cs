using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Services;

/// <summary>The addresses of a service (upstream: <c>ValidateServiceClusterIPsRelatedFields</c>, <c>validateUpgradeDowngradeClusterIPs</c>).</summary>
internal static class ServiceAddressRules
{
    private const int MaxFamilies = 2;
    private const string Headless = "None";
    private static readonly string[] Policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];

    /// <summary>Checks cluster addresses and families (upstream: <c>ValidateServiceClusterIPsRelatedFields</c>).</summary>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var all = spec.Texts("clusterIPs").ToList();
        var first = spec.Text("clusterIP") ?? "";
        if (first.Length > 0 && all.Count == 0)
            errors.Required(path.Child("clusterIPs"));
        else if (first.Length > 0 && all[0] != first)
            errors.Invalid(path.Child("clusterIPs"), spec["clusterIPs"], "first value must match `clusterIP`");
        else if (first.Length == 0 && all.Count > 0)
            errors.Invalid(path.Child("clusterIPs"), spec["clusterIPs"], "must be empty when `clusterIP` is not specified");
        var families = spec.Texts("ipFamilies").ToList();
        CheckFamilies(families, path.Child("ipFamilies"), errors);
        FieldRules.OneOf(spec, "ipFamilyPolicy", Policies, path, errors);
        var before = errors.Count;
        for (var i = 0; i < all.Count; i++)
            if (i > 0 || all[i] != Headless)
                errors.Invalid(path.Child("clusterIPs").Index(i), all[i], AddressRules.Ip(all[i]));
            else if (all.Count > 1)
                errors.Invalid(path.Child("clusterIPs"), spec["clusterIPs"], "'None' must be the first and only value");
        var readable = errors.Count == before;
        if (all.Count > MaxFamilies)
            errors.Invalid(path.Child("clusterIPs"), spec["clusterIPs"], "may only hold up to 2 values");
        if (!readable)
            return;
        if (all.Count > 1 && all.DistinctBy(IsIpv6).Count() < 2)
            errors.Invalid(path.Child("clusterIPs"), spec["clusterIPs"], "may specify no more than one IP for each IP family");
        if (IsHeadless(spec))
            return;
        for (var i = 0; i < Math.Min(all.Count, families.Count); i++)
            if (families[i] is "IPv4" or "IPv6" && (families[i] == "IPv6") != IsIpv6(all[i]))
                errors.Invalid(path.Child("clusterIPs").Index(i), all[i], $"expected an {families[i]} value as indicated by `ipFamilies[{i}]`");
    }

    /// <summary>Checks addresses outside the cluster that lead to the service.</summary>
    public static void CheckExternal(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var place = 0;
        foreach (var address in spec.Texts("externalIPs"))
            CheckRoutable(address, path.Index(place++), errors, loopback: false);
    }

    /// <summary>Whether the service has no address of its own, and its pods answer for themselves.</summary>
    public static bool IsHeadless(JsonObject spec) => spec.Array("clusterIPs") is { Count: 1 } all && all[0].Text() == Headless;

    private static void CheckFamilies(List<string> families, FieldPath path, FieldErrors errors)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < families.Count; i++)
        {
            if (families[i] is not ("IPv4" or "IPv6"))
                errors.NotSupported(path.Index(i), families[i], "IPv4", "IPv6");
            if (!seen.Add(families[i]))
                errors.Duplicate(path.Index(i), families[i]);
        }
    }

    private static bool IsIpv6(string text) => text.Contains(':', StringComparison.Ordinal);

    /// <summary>Refuses addresses to which traffic never leaves the node or goes to everybody (upstream: <c>ValidateNonSpecialIP</c>).</summary>
    /// <param name="text">The address.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="errors">Receives what is wrong.</param>
    /// <param name="loopback">Whether loopback addresses are let through.</param>
    public static void CheckRoutable(string text, FieldPath path, FieldErrors errors, bool loopback)
    {
        if (!AddressRules.TryParseIp(text, out var address, out var fault))
        {
            errors.Invalid(path, text, fault!);
            return;
        }
        var bytes = address!.GetAddressBytes();
        if (bytes.All(static b => b == 0))
            errors.Invalid(path, text, $"may not be unspecified ({text})");
        else if (!loopback && System.Net.IPAddress.IsLoopback(address))
            errors.Invalid(path, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        else if (address.IsIPv6LinkLocal || (bytes.Length == 4 && bytes[0] == 169 && bytes[1] == 254))
            errors.Invalid(path, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        else if (bytes is [224, 0, 0, _] || (address.IsIPv6Multicast && (bytes[1] & 0xF) == 2))
            errors.Invalid(path, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
}
