using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Apps;

/// <summary>ControllerRevision: a past state of a daemon set or stateful set (upstream: <c>ValidateControllerRevision</c>). That it never changes is in the schema.</summary>
internal sealed class ControllerRevisionStrategy() : KindStrategy(Namespaced("apps/v1", "ControllerRevision", "controllerrevisions"))
{
    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Controller", "What it is a state of.", static o => Controller(o)),
        TableColumn.Text("Revision", "Its place in the history.", static o => o.At("revision").AsNumber()),
        TableColumn.Age,
    ];

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        if (obj["data"] is null)
            errors.Required(FieldPath.Of("data"), "data is mandatory");
        FieldRules.NotNegative(obj, "revision", FieldPath.Root, errors);
    }

    private static string Controller(JsonElement o)
    {
        foreach (var owner in o.At("metadata", "ownerReferences").Items())
            if (owner.At("controller").AsFlag())
            {
                var group = owner.At("apiVersion").AsText() is var version && version.Contains('/', StringComparison.Ordinal) ? $".{version[..version.IndexOf('/', StringComparison.Ordinal)]}" : "";
                return $"{owner.At("kind").AsText().ToLowerInvariant()}{group}/{owner.At("name").AsText()}";
            }
        return CellText.None;
    }
}
