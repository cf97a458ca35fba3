using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Core.Services;

/// <summary>The table of services (upstream: <c>printService</c>).</summary>
internal static class ServiceColumns
{
    /// <summary>All columns.</summary>
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Type", "How the service is reached.", static o => o.At("spec", "type").AsText()),
        TableColumn.Text("Cluster-IP", "Address within the cluster.", static o => CellText.OrNone(Cluster(o.At("spec")))),
        TableColumn.Text("External-IP", "Addresses from outside.", static o => External(o)),
        TableColumn.Text("Port(s)", "Ports, and the nodes' ports behind them.", static o => CellText.OrNone(Ports(o.At("spec", "ports")))),
        TableColumn.Age,
        TableColumn.Text("Selector", "Which pods are behind it.", static o => CellText.Labels(o.At("spec", "selector")), 1),
    ];

    private static string Cluster(JsonElement spec) =>
        spec.At("clusterIPs").Items().FirstOrDefault().AsText() is { Length: > 0 } first ? first : spec.At("clusterIP").AsText();

    private static string External(JsonElement service)
    {
        var own = CellText.Each(service.At("spec", "externalIPs"));
        switch (service.At("spec", "type").AsText())
        {
            case "ExternalName": return service.At("spec", "externalName").AsText();
            case "LoadBalancer":
                var given = string.Join(',', service.At("status", "loadBalancer", "ingress").Items()
                    .Select(static i => i.At("ip").AsText() is { Length: > 0 } ip ? ip : i.At("hostname").AsText()).Where(static t => t.Length > 0));
                if (own.Length > 0)
                    return given.Length > 0 ? $"{given},{own}" : own;
                return given.Length > 0 ? given : "<pending>";
            default: return CellText.OrNone(own);
        }
    }

    private static string Ports(JsonElement ports) => string.Join(',', ports.Items().Select(static p => p.At("nodePort").AsNumber() > 0
        ? $"{p.At("port").AsNumber()}:{p.At("nodePort").AsNumber()}/{p.At("protocol").AsText()}"
        : $"{p.At("port").AsNumber()}/{p.At("protocol").AsText()}"));
}
