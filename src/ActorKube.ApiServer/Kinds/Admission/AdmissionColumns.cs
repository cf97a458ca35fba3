using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Admission;

/// <summary>Tables of admission and flow control.</summary>
internal static class AdmissionColumns
{
    /// <summary>Webhook configurations.</summary>
    public static readonly IReadOnlyList<TableColumn> Webhooks =
    [
        TableColumn.ObjectName,
        TableColumn.Number("Webhooks", "Number of webhooks.", static o => o.At("webhooks").Size()),
        TableColumn.Age,
    ];

    /// <summary>Policies; <c>validations</c> or <c>mutations</c>.</summary>
    public static IReadOnlyList<TableColumn> Policy(string heading, string part) =>
    [
        TableColumn.ObjectName,
        TableColumn.Number(heading, "Number of expressions.", o => o.At("spec", part).Size()),
        TableColumn.Text("ParamKind", "Kind of its parameters.", static o =>
            o.At("spec", "paramKind", "kind").AsText() is { Length: > 0 } kind ? $"{o.At("spec", "paramKind", "apiVersion").AsText()}/{kind}" : "<unset>"),
        TableColumn.Age,
    ];

    /// <summary>Bindings of policies.</summary>
    public static readonly IReadOnlyList<TableColumn> Binding =
    [
        TableColumn.ObjectName,
        TableColumn.Text("PolicyName", "The policy.", static o => o.At("spec", "policyName").AsText()),
        TableColumn.Text("ParamRef", "Its parameters.", static o => o.At("spec", "paramRef", "name").AsText() is { Length: > 0 } name
            ? o.At("spec", "paramRef", "namespace").AsText() is { Length: > 0 } ns ? $"{ns}/{name}" : $"*/{name}"
            : "<unset>"),
        TableColumn.Age,
    ];

    /// <summary>FlowSchema.</summary>
    public static readonly IReadOnlyList<TableColumn> FlowSchema =
    [
        TableColumn.ObjectName,
        TableColumn.Text("PriorityLevel", "Where its requests go.", static o => o.At("spec", "priorityLevelConfiguration", "name").AsText()),
        TableColumn.Number("MatchingPrecedence", "Its place among the schemas.", static o => o.At("spec", "matchingPrecedence").AsNumber()),
        TableColumn.Text("DistinguisherMethod", "What tells flows apart.", static o => CellText.OrNone(o.At("spec", "distinguisherMethod", "type"))),
        TableColumn.Age,
        TableColumn.Text("MissingPL", "Whether the level is missing.", static o =>
            o.At("status", "conditions").Items().FirstOrDefault(static c => c.At("type").AsText() == "Dangling").At("status").AsText() is { Length: > 0 } status ? status : "?"),
    ];

    /// <summary>PriorityLevelConfiguration.</summary>
    public static readonly IReadOnlyList<TableColumn> PriorityLevel =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Type", "Limited or exempt.", static o => o.At("spec", "type").AsText()),
        TableColumn.Text("NominalConcurrencyShares", "Its share.", static o => CellText.OrUnset(o.At("spec", "limited", "nominalConcurrencyShares"))),
        TableColumn.Text("Queues", "Number of queues.", static o => CellText.OrUnset(o.At("spec", "limited", "limitResponse", "queuing", "queues"))),
        TableColumn.Text("HandSize", "Queues of one flow.", static o => CellText.OrUnset(o.At("spec", "limited", "limitResponse", "queuing", "handSize"))),
        TableColumn.Text("QueueLengthLimit", "Length of a queue.", static o => CellText.OrUnset(o.At("spec", "limited", "limitResponse", "queuing", "queueLengthLimit"))),
        TableColumn.Age,
    ];
}
