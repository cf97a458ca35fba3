using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Names and name resolution of a pod (upstream: <c>validatePodDNSConfig</c>, <c>validateHostAliases</c>).</summary>
internal static class PodNetworkRules
{
    private const int LongestHostName = 64;
    private const int MaxServers = 3;
    private const int MaxSearches = 32;
    private const int MaxSearchCharacters = 2048;

    /// <summary>Checks the resolver's settings.</summary>
    public static void CheckResolver(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var settings = spec.Object("dnsConfig");
        if (spec.Text("dnsPolicy") == "None" && settings.Array("nameservers") is not { Count: > 0 })
        {
            if (settings is null)
                errors.Required(path.Child("dnsConfig"), "must provide `dnsConfig` when `dnsPolicy` is None");
            else
                errors.Required(path.Child("dnsConfig", "nameservers"), "must provide at least one DNS nameserver when `dnsPolicy` is None");
            return;
        }
        if (settings is null)
            return;
        var child = path.Child("dnsConfig");
        CheckServers(settings, child.Child("nameservers"), errors);
        CheckSearches(settings, child.Child("searches"), errors);
        foreach (var (i, option) in settings.Items("options"))
            if (string.IsNullOrEmpty(option.Text("name")))
                errors.Required(child.Child("options").Index(i), "must not be empty");
    }

    /// <summary>Checks a name that the pod is to have instead of its own.</summary>
    public static void CheckHostName(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Text("hostnameOverride") is not { } name)
            return;
        var field = path.Child("hostnameOverride");
        if (spec.Bool("setHostnameAsFQDN") == true)
            errors.Forbidden(field, "may not be specified when setHostnameAsFQDN is true");
        if (spec.Bool("hostNetwork") == true)
            errors.Forbidden(field, "may not be specified when hostNetwork is true");
        if (name.Length > LongestHostName)
            errors.TooLong(field, LongestHostName);
        errors.Invalid(field, name, DnsNames.Subdomain(name));
    }

    /// <summary>Checks what the pod's hosts file is to contain.</summary>
    public static void CheckAliases(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        foreach (var (i, alias) in spec.Items("hostAliases"))
        {
            var item = path.Index(i);
            errors.Invalid(item.Child("ip"), alias.Text("ip") ?? "", AddressRules.Ip(alias.Text("ip") ?? ""));
            var place = 0;
            foreach (var name in alias.Texts("hostnames"))
                errors.Invalid(item.Child("hostnames").Index(place++), name, DnsNames.Subdomain(name));
        }
    }

    private static void CheckServers(JsonObject settings, FieldPath path, FieldErrors errors)
    {
        var servers = settings.Texts("nameservers").ToList();
        if (servers.Count > MaxServers)
            errors.Invalid(path, settings["nameservers"], $"must not have more than {MaxServers} nameservers");
        for (var i = 0; i < servers.Count; i++)
            errors.Invalid(path.Index(i), servers[i], AddressRules.Ip(servers[i]));
    }

    private static void CheckSearches(JsonObject settings, FieldPath path, FieldErrors errors)
    {
        var searches = settings.Texts("searches").ToList();
        if (searches.Count > MaxSearches)
            errors.Invalid(path, settings["searches"], $"must not have more than {MaxSearches} search paths");
        if (searches.Sum(static s => s.Length) + searches.Count - 1 > MaxSearchCharacters)
            errors.Invalid(path, settings["searches"], $"must not have more than {MaxSearchCharacters} characters (including spaces) in the search list");
        for (var i = 0; i < searches.Count; i++)
        {
            // Resolvers know names with underscores, and the root; a final dot changes nothing.
            if (searches[i] == ".")
                continue;
            var name = searches[i].EndsWith('.') ? searches[i][..^1] : searches[i];
            errors.Invalid(path.Index(i), name, DnsNames.SubdomainWithUnderscore(name));
        }
    }
}
