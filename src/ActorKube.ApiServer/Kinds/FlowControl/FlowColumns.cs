using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.FlowControl;

/// <summary>The tables of flowcontrol.apiserver.k8s.io.</summary>
internal static class FlowColumns
{
    /// <summary>Flow schemas.</summary>
    public static readonly IReadOnlyList<TableColumn> Schemas =
    [
        TableColumn.ObjectName,
        TableColumn.Text("PriorityLevel", "Where its requests queue.", static o => o.At("spec", "priorityLevelConfiguration", "name").AsText()),
        TableColumn.Text("MatchingPrecedence", "The smaller, the earlier it is tried.", static o => o.At("spec", "matchingPrecedence").AsNumber()),
        TableColumn.Text("DistinguisherMethod", "How its flows are told apart.", static o => CellText.OrNone(o.At("spec", "distinguisherMethod", "type").AsText())),
        TableColumn.Age,
        TableColumn.Text("MissingPL", "Whether its priority level does not exist.", static o => Dangling(o)),
    ];

    /// <summary>Priority levels.</summary>
    public static readonly IReadOnlyList<TableColumn> Levels =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Type", "Whether its requests are limited.", static o => o.At("spec", "type").AsText()),
        Limit("NominalConcurrencyShares", "Its share of what runs at once.", "nominalConcurrencyShares"),
        Limit("Queues", "How many queues it has.", "limitResponse", "queuing", "queues"),
        Limit("HandSize", "How many queues a flow may use.", "limitResponse", "queuing", "handSize"),
        Limit("QueueLengthLimit", "How long a queue may get.", "limitResponse", "queuing", "queueLengthLimit"),
        TableColumn.Age,
    ];

    private static string Dangling(JsonElement schema) =>
        schema.At("status", "conditions").Items().FirstOrDefault(static c => c.At("type").AsText() == "Dangling").At("status").AsText() is { Length: > 0 } status ? status : "?";

    private static TableColumn Limit(string name, string description, params string[] path) =>
        TableColumn.Text(name, description, o => CellText.OrNone(o.At(["spec", "limited", .. path]).AsText()));
}
