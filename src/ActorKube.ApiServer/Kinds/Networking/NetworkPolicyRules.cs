using System.Net;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Networking;

/// <summary>The spec of a network policy (upstream: <c>ValidateNetworkPolicySpec</c> and what it calls).</summary>
internal static class NetworkPolicyRules
{
    private static readonly string[] Protocols = ["TCP", "UDP", "SCTP"];
    private static readonly string[] Types = ["Ingress", "Egress"];
    private static readonly (string Rules, string Peers)[] Directions = [("ingress", "from"), ("egress", "to")];

    /// <summary>Checks a spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="known">Ranges that may be written in any way, because they were stored so.</param>
    /// <param name="path">Path of the spec.</param>
    /// <param name="errors">Where findings go.</param>
    public static void Check(JsonObject spec, IReadOnlySet<string> known, FieldPath path, FieldErrors errors)
    {
        LabelSelectorJson.Validate(spec.Object("podSelector"), path.Child("podSelector"), errors);
        foreach (var (rules, peers) in Directions)
            foreach (var (i, rule) in spec.Items(rules))
            {
                var item = path.Child(rules).Index(i);
                foreach (var (place, port) in rule.Items("ports"))
                    CheckPort(port, item.Child("ports").Index(place), errors);
                foreach (var (place, peer) in rule.Items(peers))
                    CheckPeer(peer, known, item.Child(peers).Index(place), errors);
            }
        var types = spec.Texts("policyTypes").ToList();
        if (types.Count > Types.Length)
            errors.Invalid(path.Child("policyTypes"), spec["policyTypes"], "may not specify more than two policyTypes");
        else
            for (var i = 0; i < types.Count; i++)
                if (!Types.Contains(types[i]))
                    errors.NotSupported(path.Child("policyTypes").Index(i), types[i], Types);
    }

    /// <summary>All ranges of addresses in a spec, and where they stand.</summary>
    public static IEnumerable<(string Range, FieldPath Path)> Ranges(JsonObject? spec)
    {
        foreach (var (rules, peers) in Directions)
            foreach (var (i, rule) in spec.Items(rules))
                foreach (var (place, peer) in rule.Items(peers))
                {
                    if (peer.Object("ipBlock") is not { } block)
                        continue;
                    var path = FieldPath.Spec.Child(rules).Index(i).Child(peers).Index(place).Child("ipBlock");
                    yield return (block.Text("cidr") ?? "", path.Child("cidr"));
                    var hole = 0;
                    foreach (var except in block.Texts("except"))
                        yield return (except, path.Child("except").Index(hole++));
                }
    }

    private static void CheckPort(JsonObject port, FieldPath path, FieldErrors errors)
    {
        FieldRules.OneOf(port, "protocol", Protocols, path, errors);
        var last = port.Int64("endPort");
        switch (IntOrString.From(port["port"]))
        {
            case null:
                if (last is not null)
                    errors.Invalid(path.Child("endPort"), last.Value, "may not be specified when `port` is not specified");
                break;
            case { Text: { } name }:
                if (last is not null)
                    errors.Invalid(path.Child("endPort"), last.Value, "may not be specified when `port` is non-numeric");
                errors.Invalid(path.Child("port"), name, PortRules.Name(name));
                break;
            case { Number: var first }:
                CheckNumber(first, path.Child("port"), errors);
                if (last is null)
                    break;
                if (last < first)
                    errors.Invalid(path.Child("endPort"), last.Value, "must be greater than or equal to `port`");
                CheckNumber(last.Value, path.Child("endPort"), errors);
                break;
        }
    }

    private static void CheckNumber(long port, FieldPath path, FieldErrors errors)
    {
        foreach (var fault in PortRules.Number(port))
            errors.Invalid(path, port, fault);
    }

    private static void CheckPeer(JsonObject peer, IReadOnlySet<string> known, FieldPath path, FieldErrors errors)
    {
        var selects = 0;
        foreach (var selector in (ReadOnlySpan<string>)["podSelector", "namespaceSelector"])
            if (peer.Object(selector) is { } wanted)
            {
                selects++;
                LabelSelectorJson.Validate(wanted, path.Child(selector), errors);
            }
        var block = peer.Object("ipBlock");
        if (block is not null)
            CheckBlock(block, known, path.Child("ipBlock"), errors);
        if (block is null && selects == 0)
            errors.Required(path, "must specify a peer");
        else if (block is not null && selects > 0)
            errors.Forbidden(path, "may not specify both ipBlock and another peer");
    }

    private static void CheckBlock(JsonObject block, IReadOnlySet<string> known, FieldPath path, FieldErrors errors)
    {
        if (FieldRules.Required(block, "cidr", path, errors) is not { } range)
            return;
        CheckRange(range, known, path.Child("cidr"), errors);
        if (!IPNetwork.TryParse(range, out var all))
            return;
        var place = 0;
        foreach (var except in block.Texts("except"))
        {
            var item = path.Child("except").Index(place++);
            CheckRange(except, known, item, errors);
            if (IPNetwork.TryParse(except, out var hole) && (!all.Contains(hole.BaseAddress) || all.PrefixLength >= hole.PrefixLength))
                errors.Invalid(item, except, "must be a strict subset of `cidr`");
        }
    }

    private static void CheckRange(string range, IReadOnlySet<string> known, FieldPath path, FieldErrors errors)
    {
        if (!known.Contains(range))
            errors.Invalid(path, range, AddressRules.Cidr(range));
    }
}
