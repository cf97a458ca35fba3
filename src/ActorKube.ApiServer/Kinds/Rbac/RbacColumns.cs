using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Rbac;

/// <summary>Tables of bindings; those of roles are the default.</summary>
internal static class RbacColumns
{
    /// <summary>RoleBinding and ClusterRoleBinding.</summary>
    public static readonly IReadOnlyList<TableColumn> Binding =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Role", "What is granted.", static o => $"{o.At("roleRef", "kind").AsText()}/{o.At("roleRef", "name").AsText()}"),
        TableColumn.Age,
        TableColumn.Text("Users", "To which users.", static o => Subjects(o, "User"), 1),
        TableColumn.Text("Groups", "To which groups.", static o => Subjects(o, "Group"), 1),
        TableColumn.Text("ServiceAccounts", "To which service accounts.", static o => Subjects(o, "ServiceAccount"), 1),
    ];

    private static string Subjects(JsonElement o, string kind) => string.Join(", ", o.At("subjects").Items()
        .Where(s => s.At("kind").AsText() == kind)
        .Select(s => kind == "ServiceAccount" ? $"{s.At("namespace").AsText()}/{s.At("name").AsText()}" : s.At("name").AsText()));
}
