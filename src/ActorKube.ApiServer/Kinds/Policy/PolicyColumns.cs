using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Policy;

/// <summary>The table of disruption budgets.</summary>
internal static class PolicyColumns
{
    private const string NotApplicable = "N/A";

    /// <summary>All columns.</summary>
    public static readonly IReadOnlyList<TableColumn> Budgets =
    [
        TableColumn.ObjectName,
        Amount("Min Available", "How many pods have to stay.", "minAvailable"),
        Amount("Max Unavailable", "How many pods may be missing.", "maxUnavailable"),
        TableColumn.Number("Allowed Disruptions", "How many pods may be evicted now.", static o => o.At("status", "disruptionsAllowed").AsNumber()),
        TableColumn.Age,
    ];

    private static TableColumn Amount(string name, string description, string field) =>
        TableColumn.Text(name, description, o => o.At("spec", field).AsText() is { Length: > 0 } amount ? amount : NotApplicable);
}
