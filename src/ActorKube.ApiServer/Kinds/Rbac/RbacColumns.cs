using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Rbac;

/// <summary>The tables of rbac.authorization.k8s.io.</summary>
internal static class RbacColumns
{
    /// <summary>Roles show their birth, as upstream's do.</summary>
    public static readonly IReadOnlyList<TableColumn> Roles = TableColumn.Default;

    /// <summary>Bindings.</summary>
    public static readonly IReadOnlyList<TableColumn> Bindings =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Role", "What is given.", static o => $"{o.At("roleRef", "kind").AsText()}/{o.At("roleRef", "name").AsText()}"),
        TableColumn.Age,
        TableColumn.Text("Users", "Users that have it.", static o => Subjects(o, "User"), 1),
        TableColumn.Text("Groups", "Groups that have it.", static o => Subjects(o, "Group"), 1),
        TableColumn.Text("ServiceAccounts", "Service accounts that have it.", static o => Subjects(o, "ServiceAccount"), 1),
    ];

    private static string Subjects(JsonElement binding, string kind) => string.Join(", ", binding.At("subjects").Items().Where(s => s.At("kind").AsText() == kind)
        .Select(s => kind == "ServiceAccount" ? $"{s.At("namespace").AsText()}/{s.At("name").AsText()}" : s.At("name").AsText()));
}
