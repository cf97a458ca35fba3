using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Discovery;

/// <summary>The tables of what is behind services, in the old form and the new.</summary>
internal static class EndpointColumns
{
    private const int Shown = 3;

    /// <summary>Endpoints.</summary>
    public static readonly IReadOnlyList<TableColumn> Endpoints =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Endpoints", "Addresses and ports.", static o => Addresses(o.At("subsets"))),
        TableColumn.Age,
    ];

    /// <summary>Endpoint slices.</summary>
    public static readonly IReadOnlyList<TableColumn> Slices =
    [
        TableColumn.ObjectName,
        TableColumn.Text("AddressType", "Form of the addresses.", static o => o.At("addressType").AsText()),
        TableColumn.Text("Ports", "Ports.", static o => OrUnset(o.At("ports").Items().Select(static p => p.At("port").ValueKind == JsonValueKind.Number ? p.At("port").GetRawText() : "*"))),
        TableColumn.Text("Endpoints", "Addresses.", static o => OrUnset(o.At("endpoints").Items().SelectMany(static e => e.At("addresses").Items()).Select(static a => a.AsText()))),
        TableColumn.Age,
    ];

    private static string Addresses(JsonElement subsets)
    {
        var all = new List<string>();
        foreach (var subset in subsets.Items())
        {
            var addresses = subset.At("addresses").Items().Select(static a => a.At("ip").AsText()).ToList();
            if (subset.At("ports").Size() == 0)
                all.AddRange(addresses);
            foreach (var port in subset.At("ports").Items())
                foreach (var address in addresses)
                    all.Add(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{port.At("port").AsNumber()}" : $"{address}:{port.At("port").AsNumber()}");
        }
        return CellText.OrNone(CellText.First(all, Shown));
    }

    private static string OrUnset(IEnumerable<string> all) => CellText.First([.. all], Shown) is { Length: > 0 } text ? text : CellText.Unset;
}
