using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Names and name resolution of a pod (upstream: <c>validatePodDNSConfig</c>, <c>validateHostAliases</c>).</summary>
internal static class PodNetworkRules
{
    private const int MaxServers = 3;
    private const int MaxSearches = 32;
    private const int MaxSearchCharacters = 2048;

    /// <summary>Checks hostname, subdomain, host aliases and resolver settings.</summary>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        FieldRules.Form(spec, "hostname", DnsNames.Label, path, errors);
        FieldRules.Form(spec, "subdomain", DnsNames.Label, path, errors);
        CheckResolver(spec, path, errors);
        foreach (var (i, alias) in spec.Items("hostAliases"))
        {
            var item = path.Child("hostAliases").Index(i);
            FieldRules.Form(alias, "ip", AddressRules.Ip, item, errors);
            var place = 0;
            foreach (var name in alias.Texts("hostnames"))
                errors.Invalid(item.Child("hostnames").Index(place++), name, DnsNames.Subdomain(name));
        }
    }

    private static void CheckResolver(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var settings = spec.Object("dnsConfig");
        var alone = spec.Text("dnsPolicy") == "None";
        if (settings is null)
        {
            if (alone)
                errors.Required(path.Child("dnsConfig"), "must provide `dnsConfig` when `dnsPolicy` is None");
            return;
        }
        var child = path.Child("dnsConfig");
        CheckServers(settings, alone, child.Child("nameservers"), errors);
        CheckSearches(settings, child.Child("searches"), errors);
        foreach (var (i, option) in settings.Items("options"))
            if (string.IsNullOrEmpty(option.Text("name")))
                errors.Required(child.Child("options").Index(i), "must not be empty");
    }

    private static void CheckServers(JsonObject settings, bool alone, FieldPath path, FieldErrors errors)
    {
        var servers = settings.Texts("nameservers").ToList();
        if (alone && servers.Count == 0)
            errors.Required(path, "must provide at least one DNS nameserver when `dnsPolicy` is None");
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
            if (DnsNames.Subdomain(name.Replace('_', 'a')) is { Count: > 0 })
                errors.Invalid(path.Index(i), name, DnsNames.Subdomain(name));
        }
    }
}
