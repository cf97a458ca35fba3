using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Policy;

/// <summary>Tables of what bounds and ranks workloads.</summary>
internal static class PolicyColumns
{
    /// <summary>PodDisruptionBudget.</summary>
    public static readonly IReadOnlyList<TableColumn> DisruptionBudget =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Min Available", "How many have to stay.", static o => Or(o.At("spec", "minAvailable").AsText())),
        TableColumn.Text("Max Unavailable", "How many may be away.", static o => Or(o.At("spec", "maxUnavailable").AsText())),
        TableColumn.Number("Allowed Disruptions", "How many may go now.", static o => o.At("status", "disruptionsAllowed").AsNumber()),
        TableColumn.Age,
    ];

    /// <summary>PriorityClass.</summary>
    public static readonly IReadOnlyList<TableColumn> PriorityClass =
    [
        TableColumn.ObjectName,
        TableColumn.Number("Value", "The priority.", static o => o.At("value").AsNumber()),
        new("Global-Default", "boolean", static (o, _) => o.At("globalDefault").AsFlag()) { Description = "Whether pods without a class have it." },
        TableColumn.Age,
        TableColumn.Text("PreemptionPolicy", "Whether its pods push others out.", static o => o.At("preemptionPolicy").AsText(), 1),
    ];

    /// <summary>RuntimeClass.</summary>
    public static readonly IReadOnlyList<TableColumn> RuntimeClass =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Handler", "How containers are run.", static o => o.At("handler").AsText()),
        TableColumn.Age,
    ];

    /// <summary>ResourceQuota.</summary>
    public static readonly IReadOnlyList<TableColumn> ResourceQuota =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Request", "Used and allowed requests.", static o => Usage(o, limits: false)),
        TableColumn.Text("Limit", "Used and allowed limits.", static o => Usage(o, limits: true)),
        TableColumn.Age,
    ];

    private static string Usage(System.Text.Json.JsonElement o, bool limits) => string.Join(", ", o.At("status", "hard").Properties()
        .Where(p => p.Name.StartsWith("limits", StringComparison.Ordinal) == limits)
        .OrderBy(static p => p.Name, StringComparer.Ordinal)
        .Select(p => $"{p.Name}: {(o.At("status", "used", p.Name).AsText() is { Length: > 0 } used ? used : "0")}/{p.Value.AsText()}"));

    private static string Or(string value) => value.Length > 0 ? value : "N/A";
}
