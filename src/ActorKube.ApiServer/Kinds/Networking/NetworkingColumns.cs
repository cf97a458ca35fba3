using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Networking;

/// <summary>Tables of networking.k8s.io and discovery.k8s.io.</summary>
internal static class NetworkingColumns
{
    private const int ShownEndpoints = 3;

    /// <summary>Ingress.</summary>
    public static readonly IReadOnlyList<TableColumn> Ingress =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Class", "Who serves it.", static o => Or(o.At("spec", "ingressClassName").AsText(), "<none>")),
        TableColumn.Text("Hosts", "Hosts it answers for.", static o => Or(Join(o.At("spec", "rules").Items().Select(static r => r.At("host").AsText())), "*")),
        TableColumn.Text("Address", "Where it is reached.", static o => Join(o.At("status", "loadBalancer", "ingress").Items().Select(static i => Or(i.At("ip").AsText(), i.At("hostname").AsText())))),
        TableColumn.Text("Ports", "Ports it listens on.", static o => o.At("spec", "tls").Size() > 0 ? "80, 443" : "80"),
        TableColumn.Age,
    ];

    /// <summary>IngressClass.</summary>
    public static readonly IReadOnlyList<TableColumn> IngressClass =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Controller", "Who serves ingresses of this class.", static o => o.At("spec", "controller").AsText()),
        TableColumn.Text("Parameters", "Its settings.", static o => Parameters(o.At("spec", "parameters"))),
        TableColumn.Age,
    ];

    /// <summary>NetworkPolicy.</summary>
    public static readonly IReadOnlyList<TableColumn> NetworkPolicy =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Pod-Selector", "Pods it is about.", static o => CellText.Selector(o.At("spec", "podSelector"))),
        TableColumn.Age,
    ];

    /// <summary>IPAddress.</summary>
    public static readonly IReadOnlyList<TableColumn> IpAddress =
    [
        TableColumn.ObjectName,
        TableColumn.Text("ParentRef", "Who has it.", static o => Parent(o.At("spec", "parentRef"))),
        TableColumn.Age,
    ];

    /// <summary>ServiceCIDR.</summary>
    public static readonly IReadOnlyList<TableColumn> ServiceCidr =
    [
        TableColumn.ObjectName,
        TableColumn.Text("CIDRs", "The ranges.", static o => Join(o.At("spec", "cidrs").Items().Select(static c => c.AsText()))),
        TableColumn.Age,
    ];

    /// <summary>EndpointSlice.</summary>
    public static readonly IReadOnlyList<TableColumn> EndpointSlice =
    [
        TableColumn.ObjectName,
        TableColumn.Text("AddressType", "Family of the addresses.", static o => o.At("addressType").AsText()),
        TableColumn.Text("Ports", "Ports of the endpoints.", static o => Or(Few(o.At("ports").Items().Select(static p => Or(p.At("port").AsText(), "*"))), "<unset>")),
        TableColumn.Text("Endpoints", "Addresses of the endpoints.", static o =>
            Or(Few(o.At("endpoints").Items().SelectMany(static e => e.At("addresses").Items()).Select(static a => a.AsText())), "<unset>")),
        TableColumn.Age,
    ];

    /// <summary>Endpoints.</summary>
    public static readonly IReadOnlyList<TableColumn> Endpoints =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Endpoints", "Addresses and ports.", static o => Or(Few(Pairs(o)), "<none>")),
        TableColumn.Age,
    ];

    private static IEnumerable<string> Pairs(JsonElement o) =>
        from subset in o.At("subsets").Items()
        from port in subset.At("ports").Size() > 0 ? subset.At("ports").Items() : [default]
        from address in subset.At("addresses").Items()
        let ip = address.At("ip").AsText()
        select port.ValueKind == JsonValueKind.Undefined ? ip : $"{(ip.Contains(':') ? $"[{ip}]" : ip)}:{port.At("port").AsText()}";

    private static string Parameters(JsonElement reference) => reference.ValueKind != JsonValueKind.Object ? "<none>"
        : $"{reference.At("kind").AsText()}{(reference.At("apiGroup").AsText() is { Length: > 0 } group ? "." + group : "")}/{reference.At("name").AsText()}";

    private static string Parent(JsonElement reference)
    {
        var group = reference.At("group").AsText();
        var ns = reference.At("namespace").AsText();
        return $"{reference.At("resource").AsText()}{(group.Length > 0 ? "." + group : "")}/{(ns.Length > 0 ? ns + "/" : "")}{reference.At("name").AsText()}";
    }

    private static string Few(IEnumerable<string> values)
    {
        var all = values.ToList();
        return all.Count <= ShownEndpoints ? string.Join(',', all) : $"{string.Join(',', all.Take(ShownEndpoints))} + {all.Count - ShownEndpoints} more...";
    }

    private static string Join(IEnumerable<string> values) => string.Join(',', values.Where(static v => v.Length > 0));

    private static string Or(string value, string otherwise) => value.Length > 0 ? value : otherwise;
}
