using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Apps;

/// <summary>apps/v1 kinds that need no behaviour of their own.</summary>
internal static class AppsKinds
{
    /// <summary>A past state of a daemon set or stateful set.</summary>
    public static KindStrategy ControllerRevision => new GenericStrategy(Namespaced("apps/v1", "ControllerRevision", "controllerrevisions"))
    {
        ShownAs =
        [
            TableColumn.ObjectName,
            TableColumn.Text("Controller", "What it is a state of.", static o => Controller(o)),
            TableColumn.Text("Revision", "Its place in the history.", static o => o.At("revision").AsNumber()),
            TableColumn.Age,
        ],
    };

    private static string Controller(System.Text.Json.JsonElement o)
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
