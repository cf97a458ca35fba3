using System.Net.Sockets;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Services;

namespace ActorKube.ApiServer.Kinds.Discovery;

/// <summary>Rules that Endpoints and EndpointSlices share.</summary>
internal static class EndpointRules
{
    private const int MaxAddresses = 100;
    private const int MaxHints = 8;
    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];

    /// <summary>
    /// Whether an object says where the API is. It may say loopback, where upstream's servers refuse to start: a control plane that serves one machine only publishes itself under such an address.
    /// </summary>
    public static bool IsOfServers(JsonObject obj) => obj.Object("metadata") is { } metadata && metadata.Text("namespace") == "default" && metadata.Text("name") == "kubernetes";

    /// <summary>Checks one endpoint of a slice.</summary>
    public static void CheckEndpoint(JsonObject endpoint, string type, bool loopback, FieldPath path, FieldErrors errors)
    {
        var addresses = endpoint.Texts("addresses").ToList();
        var place = path.Child("addresses");
        if (addresses.Count == 0)
            errors.Required(place);
        else if (addresses.Count > MaxAddresses)
            errors.TooMany(place, addresses.Count, MaxAddresses);
        for (var i = 0; i < addresses.Count; i++)
            CheckAddress(addresses[i], type, loopback, place.Index(i), errors);
        FieldRules.Form(endpoint, "nodeName", DnsNames.Subdomain, path, errors);
        FieldRules.Form(endpoint, "hostname", DnsNames.Label, path, errors);
        CheckHints(endpoint.Object("hints"), "forZones", LabelNames.Value, path.Child("hints"), errors);
        CheckHints(endpoint.Object("hints"), "forNodes", DnsNames.Subdomain, path.Child("hints"), errors);
    }

    /// <summary>Checks the protocols of a port.</summary>
    public static void CheckProtocols(JsonObject port, FieldPath path, FieldErrors errors)
    {
        FieldRules.OneOf(port, "protocol", Protocols, path, errors);
        if (port.Text("appProtocol") is { } application)
            errors.Invalid(path.Child("appProtocol"), application, LabelNames.QualifiedName(application));
    }

    private static void CheckAddress(string address, string type, bool loopback, FieldPath path, FieldErrors errors)
    {
        switch (type)
        {
            case "IPv4":
            case "IPv6":
                var family = type == "IPv4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
                if (!AddressRules.TryParseIp(address, out var ip, out _) || ip!.AddressFamily != family)
                    errors.Invalid(path, address, $"must be a valid {type} address");
                else
                    ServiceAddressRules.CheckRoutable(address, path, errors, loopback);
                break;
            case "FQDN":
                CheckName(address, path, errors);
                break;
            default:
                // The type itself has been complained about.
                break;
        }
    }

    private static void CheckName(string name, FieldPath path, FieldErrors errors)
    {
        if (name.Length == 0)
        {
            errors.Required(path);
            return;
        }
        var bare = name.EndsWith('.') ? name[..^1] : name;
        if (DnsNames.Subdomain(bare) is { Count: > 0 } faults)
            errors.Invalid(path, bare, faults);
        else if (!bare.Contains('.', StringComparison.Ordinal))
            errors.Invalid(path, bare, "should be a domain with at least two segments separated by dots");
    }

    private static void CheckHints(JsonObject? hints, string list, Func<string, IReadOnlyList<string>> rule, FieldPath path, FieldErrors errors)
    {
        if (hints.Array(list) is { Count: > MaxHints } many)
        {
            errors.TooMany(path.Child(list), many.Count, MaxHints);
            return;
        }
        var names = new HashSet<string>();
        foreach (var (i, hint) in hints.Items(list))
        {
            var (name, at) = (hint.Text("name") ?? "", path.Child(list).Index(i).Child("name"));
            if (!names.Add(name))
                errors.Duplicate(at, name);
            errors.Invalid(at, name, rule(name));
        }
    }
}
