using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Core.Limits;

/// <summary>The table of resource quotas (upstream: <c>printResourceQuota</c>).</summary>
internal static class QuotaColumns
{
    /// <summary>All columns.</summary>
    public static readonly IReadOnlyList<TableColumn> All =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Request", "What is requested and counted, of what may be.", static o => Used(o, limits: false)),
        TableColumn.Text("Limit", "What is limited to, of what may be.", static o => Used(o, limits: true)),
        TableColumn.Age,
    ];

    private static string Used(JsonElement quota, bool limits) => string.Join(", ", quota.At("status", "hard").Properties()
        .Where(p => p.Name.StartsWith("limits", StringComparison.Ordinal) == limits)
        .OrderBy(static p => p.Name, StringComparer.Ordinal)
        .Select(p => $"{p.Name}: {(quota.At("status", "used", p.Name).AsText() is { Length: > 0 } used ? used : "0")}/{p.Value.AsText()}"));
}
