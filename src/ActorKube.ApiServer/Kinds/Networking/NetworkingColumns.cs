using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Networking;

/// <summary>The tables of networking.k8s.io.</summary>
internal static class NetworkingColumns
{
    private const int ShownHosts = 3;

    /// <summary>Ingresses.</summary>
    public static readonly IReadOnlyList<TableColumn> Ingresses =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Class", "Who serves it.", static o => IngressClass(o)),
        TableColumn.Text("Hosts", "Hosts that requests are matched with.", static o => Hosts(o.At("spec", "rules"))),
        TableColumn.Text("Address", "Where requests can be sent.", static o => Balancers(o)),
        TableColumn.Text("Ports", "Ports that are open.", static o => o.At("spec", "tls").Size() > 0 ? "80, 443" : "80"),
        TableColumn.Age,
    ];

    /// <summary>Ingress classes.</summary>
    public static readonly IReadOnlyList<TableColumn> Classes =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Controller", "Who serves the class.", static o => o.At("spec", "controller").AsText()),
        TableColumn.Text("Parameters", "Where its settings are.", static o => Parameters(o.At("spec", "parameters"))),
        TableColumn.Age,
    ];

    /// <summary>Addresses of services.</summary>
    public static readonly IReadOnlyList<TableColumn> Addresses =
    [
        TableColumn.ObjectName,
        TableColumn.Text("ParentRef", "Who has the address.", static o => Parent(o.At("spec", "parentRef"))),
    ];

    /// <summary>Network policies.</summary>
    public static readonly IReadOnlyList<TableColumn> Policies =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Pod-Selector", "Which pods it is about.", static o => CellText.Selector(o.At("spec", "podSelector"))),
        TableColumn.Age,
    ];

    /// <summary>Ranges of service addresses.</summary>
    public static readonly IReadOnlyList<TableColumn> Ranges =
    [
        TableColumn.ObjectName,
        TableColumn.Text("CIDRs", "The ranges.", static o => CellText.Each(o.At("spec", "cidrs"))),
        TableColumn.Age,
    ];

    private static string IngressClass(JsonElement ingress) =>
        ingress.At("spec", "ingressClassName").AsText() is { Length: > 0 } name
            ? name
            : CellText.OrNone(ingress.At("metadata", "annotations", "kubernetes.io/ingress.class").AsText());

    private static string Hosts(JsonElement rules)
    {
        var hosts = rules.Items().Select(static r => r.At("host").AsText()).Where(static h => h.Length > 0).ToList();
        return hosts.Count == 0 ? "*" : CellText.First(hosts, ShownHosts);
    }

    private static string Balancers(JsonElement ingress) => string.Join(',', ingress.At("status", "loadBalancer", "ingress").Items()
        .Select(static i => i.At("ip").AsText() is { Length: > 0 } ip ? ip : i.At("hostname").AsText()).Where(static t => t.Length > 0));

    private static string Parameters(JsonElement parameters)
    {
        if (parameters.ValueKind != JsonValueKind.Object)
            return CellText.None;
        var group = parameters.At("apiGroup").AsText() is { Length: > 0 } named ? "." + named : "";
        return $"{parameters.At("kind").AsText()}{group}/{parameters.At("name").AsText()}";
    }

    private static string Parent(JsonElement parent)
    {
        var group = parent.At("group").AsText() is { Length: > 0 } named ? "." + named : "";
        var space = parent.At("namespace").AsText() is { Length: > 0 } inside ? inside + "/" : "";
        return $"{parent.At("resource").AsText()}{group}/{space}{parent.At("name").AsText()}";
    }
}
